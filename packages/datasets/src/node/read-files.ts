import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip as zlibGunzip } from "node:zlib";
import type { DatasetDescription, DatasetFile } from "../descriptions.ts";
import { DataAccessError, DataFormatError } from "../errors.ts";
import { isGzip } from "../gzip.ts";
import { leadingBytes } from "../idx.ts";
import type { LoadedFiles } from "../open-dataset.ts";
import { untar } from "../tar.ts";
import type { Hash } from "../verify.ts";
import { findDifference } from "../verify.ts";
import { diskError, errorCode } from "./disk-error.ts";

/** The files of a dataset with the paths they were found at. */
type FoundFiles = ReadonlyMap<string, { readonly path: string; readonly bytes: Uint8Array }>;

const gunzipAsync = promisify(zlibGunzip);

const hash: Hash = (algorithm, bytes) => Promise.resolve(createHash(algorithm).update(bytes).digest("hex"));

/**
 * Reads a dataset from a folder: each file plain or as .gz, or all of them from the dataset's archive.
 *
 * @param isStrict refuse files that are not the published ones.
 * @throws DataAccessError when a file is missing or cannot be read.
 * @throws DataFormatError when a file is damaged.
 */
export async function readDatasetFolder(
  folder: string,
  description: DatasetDescription,
  isStrict: boolean,
): Promise<LoadedFiles> {
  const found = await findFiles(folder, description);
  const isVerified = await verifyFiles(description, found, isStrict);
  const files = new Map([...found].map(([name, { bytes }]) => [name, bytes]));
  return { files, location: folder, isVerified, isSubset: false };
}

/** Whether all files are the published ones; with `isStrict`, another file is refused. */
async function verifyFiles(description: DatasetDescription, found: FoundFiles, isStrict: boolean): Promise<boolean> {
  for (const file of description.files) {
    const { path, bytes } = found.get(file.name) ?? { path: file.name, bytes: new Uint8Array() };
    const difference = await findDifference(file, bytes, path, hash);
    if (difference !== undefined && isStrict) throw difference;
    if (difference !== undefined) return false;
  }
  return true;
}

/** Checks downloaded bytes: a single file, or the archive with all files of the dataset. */
export async function checkDownload(
  description: DatasetDescription,
  file: DatasetFile | undefined,
  path: string,
): Promise<void> {
  const bytes = await decompressed(await readFile(path), path);
  if (file === undefined) {
    await verifyFiles(description, archivedFiles(description, bytes, path), true);
    return;
  }
  const difference = await findDifference(file, bytes, path, hash);
  if (difference !== undefined) throw difference;
}

async function findFiles(folder: string, description: DatasetDescription): Promise<FoundFiles> {
  const { archive } = description;
  if (archive !== undefined) {
    const path = join(folder, archive.name);
    const packed = await readIfThere(path);
    if (packed !== undefined) return archivedFiles(description, await decompressed(packed, path), path);
  }
  const folders = archive === undefined ? [folder] : [folder, join(folder, archive.folder)];
  const reads = await Promise.allSettled(
    description.files.map(async ({ name }) => [name, await readOne(folders, name)] as const),
  );
  return new Map(
    reads.map((read) => {
      // Of several missing files the dataset's first is named, whichever read ended first.
      if (read.status === "rejected") throw read.reason;
      return read.value;
    }),
  );
}

function archivedFiles(description: DatasetDescription, tar: Uint8Array, path: string): FoundFiles {
  const members = untar(tar, path);
  return new Map(
    description.files.map(({ name }) => {
      const bytes = members.get(`${description.archive?.folder}/${name}`);
      if (bytes === undefined) throw new DataFormatError(path, `a member ${name}`, "none");
      return [name, { path: `${path}/${name}`, bytes }];
    }),
  );
}

async function readOne(folders: readonly string[], name: string): Promise<{ path: string; bytes: Uint8Array }> {
  for (const folder of folders) {
    for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
      const bytes = await readIfThere(path);
      if (bytes !== undefined) return { path, bytes: await decompressed(bytes, path) };
    }
  }
  throw new DataAccessError(folders[0] ?? name, `a file ${name} or ${name}.gz`, "none");
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(cause))) return undefined;
    throw diskError(path, "a file that can be read", cause);
  }
}

/** The bytes as they are, or what they hold when they are gzip. */
async function decompressed(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) {
    // A web page saved under the file's name begins with neither.
    if (path.endsWith(".gz") && bytes[0] !== 0) throw new DataFormatError(path, "gzip (1f 8b)", leadingBytes(bytes));
    return bytes;
  }
  try {
    return await gunzipAsync(bytes);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new DataFormatError(path, "a whole gzip file", got, { advice: "the file is truncated or damaged", cause });
  }
}
