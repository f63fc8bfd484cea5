import { checkedCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { crc32 } from "./crc32.ts";
import {
  arrayAt,
  fromJson,
  isArrayEntry,
  kindOf,
  sizeBytes,
  toJson,
  type ArrayEntry,
  type PackedArray,
} from "./data-tree.ts";
import { CheckpointFormatError } from "./errors.ts";

/*
 * The file, little-endian throughout:
 *
 *   0   8 bytes   "CAMADA" CR LF: a transfer as text changes it
 *   8   uint32    version of the format, 1
 *  12   uint32    length of the header
 *  16   uint32    CRC-32 of all bytes from 20 on
 *  20   header    JSON in UTF-8: { "data": the checkpoint, "arrays": [{ "kind": "float32", "length": 150 }, ...] }
 *       arrays    in the order of the header, each beginning at the next multiple of 8, zeros between
 */
const MAGIC = "CAMADA\r\n";
const VERSION = 1;
const HEADER_START = 20;

/**
 * A checkpoint as bytes.
 * @throws {TypeError} when a state in it is not plain data.
 */
export function encodeCheckpoint<M>(checkpoint: Checkpoint<M>): Uint8Array {
  const parts = checkpointParts(checkpoint);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The same bytes in parts, to be written one after the other. Those of arrays are the checkpoint's own memory: a net has
 * millions of numbers.
 */
export function checkpointParts<M>(checkpoint: Checkpoint<M>): Uint8Array[] {
  const arrays: PackedArray[] = [];
  const data = toJson(checkpoint, arrays);
  const entries = arrays.map((array): ArrayEntry => ({ kind: kindOf(array)!, length: array.length }));
  const header = encodeUtf8(JSON.stringify({ data, arrays: entries }));
  const start = new Uint8Array(HEADER_START);
  for (let i = 0; i < MAGIC.length; i++) start[i] = MAGIC.charCodeAt(i);
  const parts = [start, header];
  let end = HEADER_START + header.length;
  const { offsets } = layout(end, entries);
  for (const [i, { buffer, byteOffset, byteLength }] of arrays.entries()) {
    parts.push(new Uint8Array(offsets[i]! - end), new Uint8Array(buffer, byteOffset, byteLength));
    end = offsets[i]! + byteLength;
  }
  const view = new DataView(start.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, header.length, true);
  view.setUint32(
    16,
    parts.slice(1).reduce((sum, part) => crc32(part, sum), 0),
    true,
  );
  return parts;
}

/**
 * The checkpoint in bytes that {@link encodeCheckpoint} made.
 * @param source where they come from, for errors.
 * @throws {CheckpointFormatError} for anything else.
 */
export function decodeCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  const refuse = (expected: string, got: string): never => {
    throw new CheckpointFormatError(source, expected, got);
  };
  const start = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (start !== MAGIC) refuse(`a checkpoint beginning with ${JSON.stringify(MAGIC)}`, JSON.stringify(start));
  if (bytes.length < HEADER_START) refuse(`at least ${HEADER_START} bytes`, `${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version !== VERSION) refuse(`a checkpoint of version ${VERSION}`, `version ${version}`);
  const headerEnd = HEADER_START + view.getUint32(12, true);
  if (headerEnd > bytes.length) refuse(`a header up to byte ${headerEnd}`, `${bytes.length} bytes`);
  const { data, arrays: entries } = parseHeader(bytes.subarray(HEADER_START, headerEnd), source);
  const { offsets, end } = layout(headerEnd, entries);
  if (bytes.length !== end) refuse(`${end} bytes`, `${bytes.length}`);
  const [sum, expectedSum] = [crc32(bytes.subarray(HEADER_START)), view.getUint32(16, true)];
  if (sum !== expectedSum) refuse(`checksum ${hex(expectedSum)}`, hex(sum));
  const arrays = entries.map((entry, i) => arrayAt(entry, bytes, offsets[i]!));
  return checkedCheckpoint(fromJson(data, arrays, source), source);
}

function parseHeader(bytes: Uint8Array, source: string): { data: unknown; arrays: ArrayEntry[] } {
  let header: unknown;
  try {
    header = JSON.parse(decodeUtf8(bytes));
  } catch (cause) {
    throw new CheckpointFormatError(source, "a header in JSON", "other text", { cause });
  }
  const { data, arrays } = (header ?? {}) as Record<string, unknown>;
  if (!Array.isArray(arrays) || !arrays.every(isArrayEntry)) {
    throw new CheckpointFormatError(source, "a header that lists its arrays", "another");
  }
  return { data, arrays };
}

/** Where each array begins, and where the last one ends. */
function layout(start: number, entries: readonly ArrayEntry[]): { offsets: number[]; end: number } {
  let end = start;
  const offsets = entries.map((entry) => {
    const offset = Math.ceil(end / 8) * 8;
    end = offset + sizeBytes(entry);
    return offset;
  });
  return { offsets, end };
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}

/** `TextEncoder` and `TextDecoder` are everywhere, but no part of the language that neutral code is compiled against. */
interface TextCoders {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };
}

function encodeUtf8(text: string): Uint8Array {
  return new (globalThis as unknown as TextCoders).TextEncoder().encode(text);
}

function decodeUtf8(bytes: Uint8Array): string {
  return new (globalThis as unknown as TextCoders).TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
