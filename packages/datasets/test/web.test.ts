import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataAccessError, DataUnavailableError, openDataset } from "../src/index.ts";
import type { FetchLike } from "../src/web.ts";
import { fetchFrom, pickedFiles } from "../src/web.ts";
import { encodeIdx } from "./encode-idx.ts";
import { tiny, tinyFiles } from "./node/tiny-dataset.ts";

/** A server that has these files. */
function served(files: ReadonlyMap<string, Uint8Array>): FetchLike {
  return (url) => {
    const bytes = files.get(url);
    return Promise.resolve({
      ok: bytes !== undefined,
      status: bytes === undefined ? 404 : 200,
      arrayBuffer: () => Promise.resolve(new Uint8Array(bytes ?? []).buffer),
    });
  };
}

async function reason(run: Promise<unknown>): Promise<unknown> {
  const error: unknown = await run.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(DataUnavailableError);
  return (error as DataUnavailableError).rejected[0]?.error;
}

describe("fetchFrom", () => {
  const packed = new Map([...tinyFiles].map(([name, bytes]) => [`/data/${name}.gz`, new Uint8Array(gzipSync(bytes))]));

  it("reads .gz files, whether or not the browser has unpacked them", async () => {
    const unpacked = new Map([...tinyFiles].map(([name, bytes]) => [`/data/${name}.gz`, bytes]));
    for (const files of [packed, unpacked]) {
      const source = fetchFrom("/data/", { fetch: served(files) });
      const { train, test, source: opened } = await openDataset(tiny, { sources: [source] });
      expect([train.length, test.length]).toEqual([20, 10]);
      expect(train.get(19).label).toBe(9);
      expect(opened).toEqual({ name: "fetch", location: "/data", isVerified: true, isSubset: false });
    }
  });

  it("names the address that fails", async () => {
    const missing = fetchFrom("/other/", { fetch: served(packed) });
    const notFound = await reason(openDataset(tiny, { sources: [missing] }));
    expect(notFound).toBeInstanceOf(DataAccessError);
    expect(notFound).toMatchObject({ path: "/other/train-images-idx3-ubyte.gz", got: "status 404" });
    const offline = fetchFrom("/data/", { fetch: () => Promise.reject(new TypeError("Failed to fetch")) });
    expect(await reason(openDataset(tiny, { sources: [offline] }))).toMatchObject({
      name: "DataAccessError",
      got: "Failed to fetch",
    });
  });

  it("refuses a web page in place of the data", async () => {
    const page = new TextEncoder().encode("<!doctype html>");
    const files = new Map([...packed.keys()].map((name) => [name, page]));
    const error = await reason(openDataset(tiny, { sources: [fetchFrom("/data/", { fetch: served(files) })] }));
    expect(error).toMatchObject({
      name: "DataFormatError",
      source: "/data/train-images-idx3-ubyte",
      got: '3c 21 64 6f ("<!do")',
    });
  });
});

describe("pickedFiles", () => {
  const file = (name: string, bytes: Uint8Array) => ({
    name,
    arrayBuffer: () => Promise.resolve(new Uint8Array(bytes).buffer),
  });

  it("finds the files by name, plain or .gz, and checks them", async () => {
    const files = [...tinyFiles].map(([name, bytes], i) =>
      i % 2 === 0 ? file(name, bytes) : file(`${name}.gz`, gzipSync(bytes)),
    );
    const { train, source } = await openDataset(tiny, { sources: [pickedFiles(new Set(files))] });
    expect(train.length).toBe(20);
    expect(source).toMatchObject({ name: "picked files", isVerified: true });
    const changed = [file("t10k-labels-idx1-ubyte", encodeIdx([10], new Uint8Array(10))), ...files];
    expect((await openDataset(tiny, { sources: [pickedFiles(changed)] })).source.isVerified).toBe(false);
  });

  it("says which file is missing", async () => {
    expect(await reason(openDataset(tiny, { sources: [pickedFiles([])] }))).toMatchObject({
      name: "DataAccessError",
      expected: "a file train-images-idx3-ubyte or train-images-idx3-ubyte.gz",
      got: "none",
    });
  });
});
