import { randomBytes } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./disk-error.ts";

/**
 * Unfinished downloads, safe between processes without a lock.
 *
 * Each process writes to a file that carries its own number, so no two write to the same one. What a process leaves
 * behind is `<name>.part`, or, if it was killed, a file with the number of a process that no longer lives. Taking one
 * over is a rename, which succeeds for one process only. A finished file appears by rename too.
 */
export interface PartialFile {
  readonly path: string;
  /** What an earlier download has left in it. */
  readonly sizeBytes: number;
}

/** A partial file of this process's own for `path`, taken over from an earlier download where there is one. */
export async function claimPartial(path: string): Promise<PartialFile> {
  const own = `${path}.${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}.part`;
  for (const left of await abandoned(path)) {
    try {
      await rename(left, own);
      return { path: own, sizeBytes: (await stat(own)).size };
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error; // another process was faster
    }
  }
  return { path: own, sizeBytes: 0 };
}

/** Leaves a partial file for the next download, or removes it when it is empty. */
export async function releasePartial(path: string, partial: string): Promise<void> {
  try {
    if ((await stat(partial)).size > 0) await rename(partial, `${path}.part`);
    else await rm(partial, { force: true });
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

async function abandoned(path: string): Promise<readonly string[]> {
  const prefix = `${basename(path)}.`;
  const names = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix) && name.endsWith(".part"));
  return names.filter((name) => isAbandoned(name.slice(prefix.length))).map((name) => join(dirname(path), name));
}

function isAbandoned(ending: string): boolean {
  if (ending === "part") return true;
  const match = /^(.+)-(\d+)-[0-9a-f]{8}\.part$/.exec(ending);
  return match !== null && match[1] === hostname() && !isAlive(Number(match[2]));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
