export type { FetchLike, FetchOptions } from "./web/fetch-from.ts";
export { fetchFrom } from "./web/fetch-from.ts";
export { gunzip } from "./web/gunzip.ts";
export type { FileLike } from "./web/picked-files.ts";
export { pickedFiles } from "./web/picked-files.ts";
