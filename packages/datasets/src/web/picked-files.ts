import { DataAccessError } from "../errors.ts";
import type { DatasetSource } from "../open-dataset.ts";
import { collectFiles } from "./collect-files.ts";

/** The part of the browser's File that is needed. */
export interface FileLike {
  readonly name: string;
  /** All bytes of the file. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * A dataset among files that a person has picked or dropped, plain or as .gz, under their published names.
 *
 * @param files e.g. the `files` of an input element.
 */
export function pickedFiles(files: Iterable<FileLike>): DatasetSource {
  const all = [...files];
  return {
    name: "picked files",
    load: (description) =>
      collectFiles(description, "picked files", async (name) => {
        const file = all.find((candidate) => candidate.name === name || candidate.name === `${name}.gz`);
        if (file === undefined) throw new DataAccessError("picked files", `a file ${name} or ${name}.gz`, "none");
        return { source: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
      }),
  };
}
