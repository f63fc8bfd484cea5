import { gunzipSync } from "fflate";
import { DataFormatError } from "./errors.ts";

/** Deflate cannot shrink further than this. */
const MAX_RATIO = 1032;

/** Whether bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses a gzip file in plain JavaScript and checks its length and CRC.
 *
 * @param bytes the compressed file.
 * @param source its path or name, for errors.
 * @throws DataFormatError when the file is truncated or damaged.
 * @see RFC 1952
 */
export function gunzip(bytes: Uint8Array, source: string): Uint8Array {
  if (bytes.length < 18) throw new DataFormatError(source, "a whole gzip file", `${bytes.length} bytes`);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const crc = trailer.getUint32(0, true);
  const sizeBytes = trailer.getUint32(4, true);
  let result: Uint8Array;
  try {
    if (sizeBytes > bytes.length * MAX_RATIO) throw new RangeError(`a length of ${sizeBytes} bytes is impossible`);
    result = gunzipSync(bytes);
  } catch (cause) {
    throw damaged(source, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (result.length !== sizeBytes) throw damaged(source, `${result.length} of ${sizeBytes} bytes`);
  if (crc32(result) !== crc) throw damaged(source, "a wrong CRC");
  return result;
}

function damaged(source: string, got: string, cause?: unknown): DataFormatError {
  return new DataFormatError(source, "a whole gzip file", got, { advice: "the file is truncated or damaged", cause });
}

let crcTable: Uint32Array | undefined;

function crc32(bytes: Uint8Array): number {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    return value;
  });
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
  return ~crc >>> 0;
}
