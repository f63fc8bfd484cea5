import { DataFormatError } from "./errors.ts";
import type { ImageArray } from "./image.ts";

/** The numbers of an IDX file. */
export interface IdxArray {
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
  /** One size per axis. */
  readonly shape: readonly number[];
}

interface ElementType {
  readonly sizeBytes: number;
  decode(view: DataView, offset: number, count: number): IdxArray["data"];
}

/** Element types by the third byte of the magic number. Numbers are big-endian. */
const ELEMENT_TYPES: Readonly<Record<number, ElementType>> = {
  0x08: { sizeBytes: 1, decode: (v, o, n) => new Uint8Array(v.buffer, v.byteOffset + o, n) },
  0x09: { sizeBytes: 1, decode: (v, o, n) => new Int8Array(v.buffer, v.byteOffset + o, n) },
  0x0b: { sizeBytes: 2, decode: (v, o, n) => Int16Array.from({ length: n }, (_, i) => v.getInt16(o + 2 * i)) },
  0x0c: { sizeBytes: 4, decode: (v, o, n) => Int32Array.from({ length: n }, (_, i) => v.getInt32(o + 4 * i)) },
  0x0d: { sizeBytes: 4, decode: (v, o, n) => Float32Array.from({ length: n }, (_, i) => v.getFloat32(o + 4 * i)) },
  0x0e: { sizeBytes: 8, decode: (v, o, n) => Float64Array.from({ length: n }, (_, i) => v.getFloat64(o + 8 * i)) },
};

/**
 * Decodes an IDX file of any element type and rank.
 *
 * @param bytes the file, already decompressed.
 * @param source its path or name, for errors.
 * @returns the numbers; one-byte types are a view on `bytes`.
 * @throws DataFormatError on a wrong magic number, a truncated file or bytes too many.
 * @see Yann LeCun, "The MNIST database", section "File formats".
 */
export function decodeIdx(bytes: Uint8Array, source: string): IdxArray {
  const type = ELEMENT_TYPES[bytes[2] ?? -1];
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || type === undefined || bytes[3] === 0) {
    throw new DataFormatError(source, "an IDX magic number (00 00, element type, number of axes)", leadingBytes(bytes));
  }
  const rank = bytes[3] ?? 0;
  const headerBytes = 4 + 4 * rank;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes) {
    throw new DataFormatError(source, `a header of ${headerBytes} bytes`, `${bytes.length} bytes`);
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  const wanted = headerBytes + count * type.sizeBytes;
  if (bytes.length !== wanted) {
    const problem = bytes.length < wanted ? "the file is truncated" : "the file has trailing bytes";
    throw new DataFormatError(source, `${wanted} bytes for shape [${shape.join(", ")}]`, `${bytes.length} bytes`, {
      advice: problem,
    });
  }
  return { data: type.decode(view, headerBytes, count), shape };
}

/**
 * Decodes grey pictures: IDX of uint8 with three axes, magic number 00 00 08 03.
 *
 * @returns [n, h, w, 1], a view on `bytes`.
 * @throws DataFormatError
 */
export function decodeIdxImages(bytes: Uint8Array, source: string): ImageArray {
  expectMagic(bytes, source, 3, "images");
  const { data, shape } = decodeIdx(bytes, source);
  const [n = 0, h = 0, w = 0] = shape;
  if (n === 0 || h === 0 || w === 0) {
    throw new DataFormatError(source, "at least one picture of at least one pixel", `shape [${shape.join(", ")}]`);
  }
  return { data: data as Uint8Array, shape: [n, h, w, 1], layout: "NHWC", divisor: 1 };
}

/**
 * Decodes class numbers: IDX of uint8 with one axis, magic number 00 00 08 01.
 *
 * @param classes number of classes; default 256, which any byte is below.
 * @returns class numbers, [n].
 * @throws DataFormatError also when a label is not below `classes`.
 */
export function decodeIdxLabels(bytes: Uint8Array, source: string, classes = 256): Int32Array {
  expectMagic(bytes, source, 1, "labels");
  const { data } = decodeIdx(bytes, source);
  return checkedLabels(Int32Array.from(data), source, classes);
}

/** Labels, once none is found outside [0, classes). */
export function checkedLabels(labels: Int32Array, source: string, classes: number): Int32Array {
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong < 0) return labels;
  throw new DataFormatError(source, `labels from 0 to ${classes - 1}`, `${labels[wrong]} at index ${wrong}`);
}

/** The first bytes of a file in words: `3c 21 44 4f ("<!DO")`. */
export function leadingBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  const first = [...bytes.subarray(0, 4)];
  const hex = first.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const isText = first.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? `${hex} ("${String.fromCharCode(...first)}")` : hex;
}

function expectMagic(bytes: Uint8Array, source: string, rank: number, what: string): void {
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8 && bytes[3] === rank) return;
  throw new DataFormatError(source, `the magic number of ${what}, 00 00 08 0${rank}`, leadingBytes(bytes));
}
