import { DataAccessError } from "../errors.ts";
import type { DatasetSource } from "../open-dataset.ts";
import { collectFiles } from "./collect-files.ts";

/** The part of fetch that is needed. */
export type FetchLike = (url: string) => Promise<{
  readonly ok: boolean;
  readonly status: number;
  /** All bytes of the file. */
  arrayBuffer(): Promise<ArrayBuffer>;
}>;

/** Options of a fetch source. */
export interface FetchOptions {
  /** Added to each file's name, default `.gz`. */
  readonly suffix?: string | undefined;
  /** Default the platform's own. */
  readonly fetch?: FetchLike | undefined;
}

/**
 * A dataset among the files of the page's own origin.
 *
 * @param base address of the folder, ending in a slash.
 */
export function fetchFrom(base: string, options: FetchOptions = {}): DatasetSource {
  const fetchFile = options.fetch ?? ((url) => globalThis.fetch(url));
  return {
    name: "fetch",
    load: (description) =>
      collectFiles(description, base.replace(/(?<=.)\/$/, ""), async (name) => {
        const source = `${base}${name}${options.suffix ?? ".gz"}`;
        return { source, bytes: await fetchBytes(fetchFile, source) };
      }),
  };
}

async function fetchBytes(fetchFile: FetchLike, url: string): Promise<Uint8Array> {
  try {
    const response = await fetchFile(url);
    if (!response.ok) throw new DataAccessError(url, "status 200", `status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    if (cause instanceof DataAccessError) throw cause;
    throw new DataAccessError(url, "an answer", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
