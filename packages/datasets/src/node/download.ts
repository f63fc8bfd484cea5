import { join } from "node:path";
import type { DatasetDescription, DatasetFile } from "../descriptions.ts";
import type { DatasetSource } from "../open-dataset.ts";
import { cacheFolder } from "./sources.ts";
import type { DownloadProgress } from "./download-file.ts";
import { downloadFile } from "./download-file.ts";
import { checkDownload, readDatasetFolder } from "./read-files.ts";

/** Options of a download; the files stay in the cache. */
export interface DownloadOptions {
  /** Folder of the cache, default `cacheFolder()`. */
  readonly root?: string | undefined;
  /** Addresses that replace the official ones; each ends in a slash. */
  readonly baseUrls?: readonly string[] | undefined;
  /** Called after each piece. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** A connection from which nothing comes for so long is given up, default 20,000. */
  readonly stallTimeoutMs?: number | undefined;
  /** Stops the download, and opening with it, when it aborts with an AbortError; what has come stays for the next. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The dataset's official addresses. What is whole in the cache already is not downloaded again.
 *
 * Several processes may download at once; each finished file appears by one rename, never half-written.
 */
export function download(options: DownloadOptions = {}): DatasetSource {
  return {
    name: "download",
    async load(description) {
      const folder = join(options.root ?? cacheFolder(), description.name);
      const { archive } = description;
      if (archive === undefined) {
        for (const file of description.files) await fetchOne(description, file, folder, `${file.name}.gz`, options);
      } else {
        await fetchOne(description, undefined, folder, archive.name, options);
      }
      return readDatasetFolder(folder, description, true);
    },
  };
}

async function fetchOne(
  description: DatasetDescription,
  file: DatasetFile | undefined,
  folder: string,
  remoteName: string,
  options: DownloadOptions,
): Promise<void> {
  const path = join(folder, remoteName);
  const check = (candidate: string): Promise<void> => checkDownload(description, file, candidate);
  const isThere = await check(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await downloadFile({
    urls: (options.baseUrls ?? description.baseUrls).map((base) => base + remoteName),
    path,
    check,
    onProgress: options.onProgress ?? (() => {}),
    stallTimeoutMs: options.stallTimeoutMs ?? 20_000,
    signal: options.signal,
  });
}
