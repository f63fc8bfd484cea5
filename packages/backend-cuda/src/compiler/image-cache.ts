import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const CHECKSUM_BYTES = 32;

/** The folder for compiled kernels: `camada/cuda` in the user's folder for caches. */
export function defaultCacheFolder(): string {
  const caches = process.env["XDG_CACHE_HOME"];
  return join(caches === undefined || caches === "" ? join(homedir(), ".cache") : caches, "camada", "cuda");
}

/**
 * Compiled kernels on disk, each in a file named by the hash of its source and of everything else that decides what the
 * compiler makes of it. Files begin with a checksum; what does not fit its own is as good as absent. A folder that
 * cannot be read or written only costs time.
 */
export class ImageCache {
  readonly #folder: string;
  readonly #target: string;

  /** @param target the architecture and the compiler with its version. */
  constructor(folder: string, target: string) {
    this.#folder = folder;
    this.#target = target;
  }

  /** The image of a source, if it is there and whole. */
  read(source: string): Uint8Array | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#path(source));
    } catch {
      return undefined;
    }
    const image = bytes.subarray(CHECKSUM_BYTES);
    return checksum(image).equals(bytes.subarray(0, CHECKSUM_BYTES)) ? image : undefined;
  }

  /** Keeps an image. Written beside and renamed: another process never sees half of it. */
  write(source: string, image: Uint8Array): void {
    const path = this.#path(source);
    const beside = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`;
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(beside, Buffer.concat([checksum(image), image]));
      renameSync(beside, path);
    } catch {
      removeIfThere(beside);
    }
  }

  #path(source: string): string {
    const key = createHash("sha256").update(this.#target).update("\0").update(source).digest("hex");
    return join(this.#folder, `${key}.bin`);
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder may be no folder at all.
  }
}

function checksum(image: Uint8Array): Buffer {
  return createHash("sha256").update(image).digest();
}
