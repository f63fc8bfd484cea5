import type { DatasetDescription } from "../descriptions.ts";
import { isGzip } from "../gzip.ts";
import type { LoadedFiles } from "../open-dataset.ts";
import type { Hash } from "../verify.ts";
import { findDifference } from "../verify.ts";
import { gunzip } from "./gunzip.ts";

/**
 * Reads all files of a dataset and compares them with the published ones.
 *
 * @param read the bytes of a file, compressed or not, and where they come from.
 */
export async function collectFiles(
  description: DatasetDescription,
  location: string,
  read: (name: string) => Promise<{ readonly source: string; readonly bytes: Uint8Array }>,
): Promise<LoadedFiles> {
  const files = new Map<string, Uint8Array>();
  let isVerified = true;
  for (const file of description.files) {
    const { source, bytes } = await read(file.name);
    const plain = isGzip(bytes) ? await gunzip(bytes, source) : bytes;
    files.set(file.name, plain);
    isVerified &&= (await findDifference(file, plain, source, hash)) === undefined;
  }
  return { files, location, isVerified, isSubset: false };
}

/** Web Crypto's; on a page without a secure origin there is none, and nothing counts as verified. */
const hash: Hash = async (algorithm, bytes) => {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return "unknown";
  const name = algorithm === "sha1" ? "SHA-1" : "SHA-256";
  const digest = await subtle.digest(name, bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
};
