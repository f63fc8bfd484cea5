import { DataFormatError } from "./errors.ts";

const BLOCK_BYTES = 512;

/**
 * The regular files of a tar archive.
 *
 * @param bytes the archive, already decompressed.
 * @param source its path or name, for errors.
 * @returns contents by path, views on `bytes`.
 * @throws DataFormatError when the archive is truncated or damaged.
 * @see POSIX.1-1988 ustar
 */
export function untar(bytes: Uint8Array, source: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let offset = 0;
  while (offset + BLOCK_BYTES <= bytes.length) {
    const header = bytes.subarray(offset, offset + BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return files;
    const sizeBytes = Number.parseInt(text(header, 124, 12), 8);
    const start = offset + BLOCK_BYTES;
    if (!hasChecksum(header) || Number.isNaN(sizeBytes)) {
      throw new DataFormatError(source, "a tar header", `other bytes at ${offset}`);
    }
    if (start + sizeBytes > bytes.length) {
      throw new DataFormatError(source, `${start + sizeBytes} bytes of tar`, `${bytes.length} bytes`, {
        advice: "the archive is truncated",
      });
    }
    const type = header[156];
    if (type === 0x30 || type === 0) files.set(text(header, 0, 100), bytes.subarray(start, start + sizeBytes));
    offset = start + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
  }
  throw new DataFormatError(source, "an empty block at the end of the tar archive", "none", {
    advice: "the archive is truncated",
  });
}

/** The sum of a header's bytes, its own field counted as spaces. */
function hasChecksum(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  return sum === Number.parseInt(text(header, 148, 8), 8);
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return String.fromCharCode(...field.subarray(0, end < 0 ? length : end)).trim();
}
