import type { DatasetFile } from "./descriptions.ts";
import { DataFormatError } from "./errors.ts";

/** Computes a checksum, as lowercase hexadecimal. */
export type Hash = (algorithm: DatasetFile["digest"]["algorithm"], bytes: Uint8Array) => Promise<string>;

/** The difference between a file's decompressed bytes and the published ones, or undefined if there is none. */
export async function findDifference(
  file: DatasetFile,
  bytes: Uint8Array,
  source: string,
  hash: Hash,
): Promise<DataFormatError | undefined> {
  if (bytes.length !== file.sizeBytes) {
    const problem = bytes.length < file.sizeBytes ? "the file is truncated" : "the file has trailing bytes";
    return new DataFormatError(source, `${file.sizeBytes} bytes when decompressed`, `${bytes.length} bytes`, {
      advice: problem,
    });
  }
  const { algorithm, hex } = file.digest;
  const got = await hash(algorithm, bytes);
  if (got === hex) return undefined;
  return new DataFormatError(source, `${algorithm} ${hex} when decompressed`, `${algorithm} ${got}`);
}
