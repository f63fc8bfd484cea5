const SLICES = 8;
const SIZE = 256;

/** What a byte makes of the remainder, `[slice][byte]`: the last of eight bytes first, and so on to the first. */
const TABLES = new Int32Array(SLICES * SIZE);
for (let byte = 0; byte < SIZE; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  TABLES[byte] = remainder;
}
for (let at = SIZE; at < TABLES.length; at++) {
  const before = TABLES[at - SIZE]!;
  TABLES[at] = (before >>> 8) ^ TABLES[before & 0xff]!;
}

interface WithBuiltins {
  readonly process?: {
    getBuiltinModule?(name: string): { readonly crc32?: (bytes: Uint8Array, before: number) => number } | undefined;
  };
}

/** Node's own from 20.16 on, which has instructions of the processor for it. */
const native = (globalThis as WithBuiltins).process?.getBuiltinModule?.("node:zlib")?.crc32;

/**
 * Checksum of bytes: CRC-32 with the reflected polynomial 0xEDB88320, as in zip and PNG.
 * @param before checksum of the bytes before these, if there are any.
 * @see ISO 3309; RFC 1952, section 8.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  return native === undefined ? crc32InScript(bytes, before) : native(bytes, before);
}

/**
 * The same without help. Eight bytes at a time, so that their tables are looked up side by side: one after another takes twice
 * as long.
 */
export function crc32InScript(bytes: Uint8Array, before = 0): number {
  const tables = TABLES;
  let remainder = before ^ -1;
  let at = 0;
  for (const end = bytes.length - SLICES; at <= end; at += SLICES) {
    remainder ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    remainder =
      tables[7 * SIZE + (remainder & 0xff)]! ^
      tables[6 * SIZE + ((remainder >>> 8) & 0xff)]! ^
      tables[5 * SIZE + ((remainder >>> 16) & 0xff)]! ^
      tables[4 * SIZE + (remainder >>> 24)]! ^
      tables[3 * SIZE + bytes[at + 4]!]! ^
      tables[2 * SIZE + bytes[at + 5]!]! ^
      tables[SIZE + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) remainder = tables[(remainder ^ bytes[at]!) & 0xff]! ^ (remainder >>> 8);
  return (remainder ^ -1) >>> 0;
}
