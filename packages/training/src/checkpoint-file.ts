import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { checkpointParts, decodeCheckpoint } from "./checkpoint-format.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** A checkpoint could not be written. What stood at the path before is untouched. */
export class CheckpointWriteError extends Error {
  override readonly name = "CheckpointWriteError";
  readonly path: string;
  readonly expected: string;
  readonly got: string;

  /** @param sizeBytes 0 when it failed before the size was known. */
  constructor(path: string, sizeBytes: number, cause: unknown) {
    const size = sizeBytes === 0 ? "" : ` ${(sizeBytes / 2 ** 20).toFixed(1)} MiB`;
    const expected = `to write${size} to ${path}`;
    const got = reasonOf(cause);
    super(`saveCheckpoint: expected ${expected}, got ${got}; nothing was changed`, { cause });
    this.path = path;
    this.expected = expected;
    this.got = got;
  }
}

/** A checkpoint file could not be read at all. */
export class CheckpointReadError extends Error {
  override readonly name = "CheckpointReadError";
  readonly path: string;
  readonly expected: string;
  readonly got: string;

  constructor(path: string, cause: unknown) {
    const expected = `a checkpoint file at ${path}`;
    const got = reasonOf(cause);
    super(`loadCheckpoint: expected ${expected}, got ${got}`, { cause });
    this.path = path;
    this.expected = expected;
    this.got = got;
  }
}

/**
 * Writes a checkpoint so that a file is at `path` at any time, the old one or the whole new one: beside it
 * (`<path>.partial`), flushed to the disk, then renamed. The checkpoint's arrays are written as they are, without a copy: they
 * must not change before that.
 * @throws {CheckpointWriteError} when the disk is full, the folder is missing, and so on.
 */
export async function saveCheckpoint<M>(path: string, checkpoint: Checkpoint<M>): Promise<void> {
  const parts = checkpointParts(checkpoint);
  const partial = `${path}.partial`;
  try {
    const file = await open(partial, "w");
    try {
      for (const part of parts) await file.writeFile(part); // each behind the one before
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    const sizeBytes = parts.reduce((sum, { length }) => sum + length, 0);
    throw new CheckpointWriteError(path, sizeBytes, error);
  }
  await syncFolder(dirname(path));
}

/**
 * Reads a checkpoint.
 * @throws {CheckpointReadError} when there is no readable file.
 * @throws {CheckpointFormatError} when it is damaged or something else.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new CheckpointReadError(path, error);
  }
  return decodeCheckpoint(bytes, path);
}

/** Makes the new name survive a power failure. Not every system lets a folder be opened; the file is whole anyway. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // nothing more can be done
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "a full disk",
  EDQUOT: "a full disk quota",
  EFBIG: "a limit on the size of files",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "a read-only disk",
  ENOENT: "no such file or folder",
  EISDIR: "a folder",
  EEXIST: "a file where a folder is needed",
  ENOTDIR: "a file where a folder is needed",
};

function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return (code === undefined ? undefined : REASONS[code]) ?? message ?? String(error);
}
