import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { root } from "./command.ts";

/** The part of a package.json that the gates read. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string | null>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** A package that is published. */
export interface Package {
  /** e.g. `conv-math`. */
  readonly folder: string;
  /** Absolute. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** Reads every package under `packages/`, in order of their names. */
export async function readPackages(): Promise<Package[]> {
  const folders = (await readdir(join(root, "packages"))).toSorted();
  return Promise.all(
    folders.map(async (folder) => {
      const path = join(root, "packages", folder);
      const manifest = JSON.parse(await readFile(join(path, "package.json"), "utf8")) as Manifest;
      return { folder, path, manifest };
    }),
  );
}

/** Packages of native libraries that the build has filled: those of this machine's platform, if it has a compiler. */
export async function readPrebuilt(): Promise<Package[]> {
  const folder = `${process.platform}-${process.arch}`;
  const path = join(root, "packages/backend-cpu/prebuilt", folder);
  if (!existsSync(join(path, "lib"))) return [];
  return [{ folder, path, manifest: JSON.parse(await readFile(join(path, "package.json"), "utf8")) as Manifest }];
}

/** Import specifiers of a package's entry points, e.g. `@camada/datasets/node`. */
export function entryPoints({ manifest }: Package): string[] {
  return (
    Object.keys(manifest.exports)
      // A pattern stands for data files, not for a module.
      .filter((subpath) => subpath !== "./package.json" && !subpath.includes("*"))
      .map((subpath) => `${manifest.name}${subpath.slice(1)}`)
  );
}
