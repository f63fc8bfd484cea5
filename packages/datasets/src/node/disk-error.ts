import { DataAccessError } from "../errors.ts";

const CHOOSE_ANOTHER = "choose another folder, e.g. with CAMADA_DATA";

/** What the system's codes mean, and what to do. */
const CODES: Readonly<Record<string, readonly [meaning: string, advice?: string]>> = {
  ENOSPC: ["no space left on the disk", `free some space or ${CHOOSE_ANOTHER}`],
  EDQUOT: ["disk quota used up", `free some space or ${CHOOSE_ANOTHER}`],
  EFBIG: ["file too large", CHOOSE_ANOTHER],
  EACCES: ["permission denied", CHOOSE_ANOTHER],
  EPERM: ["operation not permitted", CHOOSE_ANOTHER],
  EROFS: ["read-only file system", CHOOSE_ANOTHER],
  ENOTDIR: ["a part of the path is not a folder", CHOOSE_ANOTHER],
  EISDIR: ["a folder"],
  EEXIST: ["a file is in the way", CHOOSE_ANOTHER],
  ENOENT: ["no such file or folder"],
};

/**
 * A failure of the file system in one sentence.
 *
 * @param path file or folder.
 * @param expected what was to be done, e.g. `a folder to write to`.
 * @param cause the error of node:fs.
 */
export function diskError(path: string, expected: string, cause: unknown): DataAccessError {
  const code = errorCode(cause);
  const [meaning, advice] = CODES[code] ?? [cause instanceof Error ? cause.message : String(cause)];
  const got = code === "" ? meaning : `${code} (${meaning})`;
  return new DataAccessError(path, expected, got, advice === undefined ? { cause } : { advice, cause });
}

/** The system's code, e.g. `ENOENT`, or an empty string. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
