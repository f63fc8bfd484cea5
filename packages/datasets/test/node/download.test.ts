import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { DataUnavailableError, OpenedDataset } from "../../src/index.ts";
import { openDataset } from "../../src/index.ts";
import { diskError } from "../../src/node/disk-error.ts";
import type { DownloadOptions, DownloadProgress } from "../../src/node.ts";
import { cache, download } from "../../src/node.ts";
import { encodeIdx } from "../encode-idx.ts";
import { fileServer, serve } from "./file-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { tiny, tinyFiles } from "./tiny-dataset.ts";

const FIRST = "train-images-idx3-ubyte.gz";
const WHOLE = [...tinyFiles.keys()].map((name) => `${name}.gz`).sort();

function open(options: DownloadOptions): Promise<OpenedDataset> {
  return openDataset(tiny, { sources: [download(options)] });
}

async function refusal(options: DownloadOptions): Promise<Error> {
  const error = await open(options).then(
    () => expect.fail("nothing was refused"),
    (e: DataUnavailableError) => e,
  );
  return error.rejected[0]?.error as Error;
}

/** The downloaded files are whole, and nothing else is there. */
function expectWhole(root: string): void {
  expect(readdirSync(join(root, "tiny")).sort()).toEqual(WHOLE);
  for (const [name, bytes] of tinyFiles) {
    expect(new Uint8Array(gunzipSync(readFileSync(join(root, "tiny", `${name}.gz`))))).toEqual(bytes);
  }
}

describe("download", () => {
  it("fetches, reports progress, and does not fetch again", async () => {
    const root = temporaryFolder();
    const { base, log } = await fileServer();
    const progress: DownloadProgress[] = [];
    const options = { root, baseUrls: [base], onProgress: (p: DownloadProgress) => progress.push(p) };
    const { train, source } = await open(options);
    expect(train.length).toBe(20);
    expect(source).toEqual({ name: "download", location: join(root, "tiny"), isVerified: true, isSubset: false });
    expectWhole(root);
    const sizeBytes = readFileSync(join(root, "tiny", FIRST)).length;
    expect(progress.filter(({ url }) => url === base + FIRST).at(-1)).toEqual({
      url: base + FIRST,
      receivedBytes: sizeBytes,
      totalBytes: sizeBytes,
      resumedFromBytes: 0,
    });
    expect(log).toHaveLength(4);
    await open(options);
    expect(log).toHaveLength(4);
  });

  it("replaces a damaged file of the cache", async () => {
    const root = temporaryFolder();
    const { base } = await fileServer();
    mkdirSync(join(root, "tiny"));
    writeFileSync(join(root, "tiny", FIRST), "broken");
    await open({ root, baseUrls: [base] });
    expectWhole(root);
  });

  it("continues after the connection breaks", async () => {
    const root = temporaryFolder();
    const { base, log } = await fileServer((request, response, bytes) => {
      const isBroken = request.url === `/${FIRST}` && request.headers.range === undefined;
      if (!isBroken) return serve(request, response, bytes);
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 50), () => setTimeout(() => response.destroy(), 50));
    });
    const resumed: number[] = [];
    await open({ root, baseUrls: [base], onProgress: (p) => resumed.push(p.resumedFromBytes) });
    expect(log.slice(0, 2)).toEqual([
      { path: `/${FIRST}`, range: undefined },
      { path: `/${FIRST}`, range: "bytes=50-" },
    ]);
    expect(resumed).toContain(50);
    expectWhole(root);
  });

  it.each([
    ["an interrupted process", `${FIRST}.part`],
    ["a killed process", `${FIRST}.${hostname()}-4194999-0123abcd.part`],
  ])("continues what %s has left", async (_, name) => {
    const root = temporaryFolder();
    const { base, log } = await fileServer();
    mkdirSync(join(root, "tiny"));
    const bytes = gzipSync(tinyFiles.get("train-images-idx3-ubyte") ?? "");
    writeFileSync(join(root, "tiny", name), bytes.subarray(0, 33));
    await open({ root, baseUrls: [base] });
    expect(log[0]).toEqual({ path: `/${FIRST}`, range: "bytes=33-" });
    expectWhole(root);
  });

  it("leaves a living process its partial file", async () => {
    const root = temporaryFolder();
    const { base, log } = await fileServer();
    mkdirSync(join(root, "tiny"));
    const others = join(root, "tiny", `${FIRST}.${hostname()}-${process.pid}-0123abcd.part`);
    writeFileSync(others, "xx");
    await open({ root, baseUrls: [base] });
    expect(log[0]?.range).toBeUndefined();
    expect(readFileSync(others, "utf8")).toBe("xx");
    rmSync(others);
    expectWhole(root);
  });

  it.each([
    ["does not fit", "something else", serve],
    ["is longer than the file", "x".repeat(1000), serve],
    [
      "does not matter to a server without ranges",
      "something else",
      ((request, response, bytes) => {
        delete request.headers.range;
        serve(request, response, bytes);
      }) satisfies typeof serve,
    ],
  ])("starts again when what was left %s", async (_, left, handler) => {
    const root = temporaryFolder();
    const { base } = await fileServer(handler);
    mkdirSync(join(root, "tiny"));
    writeFileSync(join(root, "tiny", `${FIRST}.part`), left);
    await open({ root, baseUrls: [base] });
    expectWhole(root);
  });

  it("goes to the next address, and names the last reason", async () => {
    const root = temporaryFolder();
    const { base } = await fileServer();
    const nobody = "http://127.0.0.1:1/";
    await open({ root, baseUrls: [nobody, `${base}nothing/`, base] });
    expectWhole(root);

    const other = temporaryFolder();
    const notFound = await refusal({ root: other, baseUrls: [`${base}nothing/`] });
    expect(notFound).toMatchObject({ name: "DataAccessError", path: `${base}nothing/${FIRST}`, got: "status 404" });
    const offline = await refusal({ root: other, baseUrls: [nobody] });
    expect(offline).toMatchObject({ name: "DataAccessError", path: nobody + FIRST, expected: "a whole download" });
    expect(offline.message).toMatch(/ECONNREFUSED|bad port/);
    expect(readdirSync(join(other, "tiny"))).toEqual([]);
  });

  it("refuses other bytes than the published ones, and keeps none of them", async () => {
    const root = temporaryFolder();
    const { base, log } = await fileServer((request, response) => {
      serve(request, response, gzipSync(encodeIdx([20, 3, 3], new Uint8Array(180))));
    });
    const error = await refusal({ root, baseUrls: [base] });
    expect(error).toMatchObject({
      name: "DataFormatError",
      expected: `sha256 ${tiny.files[0]?.digest.hex} when decompressed`,
    });
    expect(log).toHaveLength(1);
    expect(readdirSync(join(root, "tiny"))).toEqual([]);
  });

  it("gives up on a connection from which nothing comes, and keeps what came", async () => {
    const root = temporaryFolder();
    const { base } = await fileServer((request, response, bytes) => {
      if (request.headers.range !== undefined) return;
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 20));
    });
    const error = await refusal({ root, baseUrls: [base], stallTimeoutMs: 200 });
    expect(error).toMatchObject({ name: "DataAccessError", got: "nothing came for 200 ms" });
    expect(readFileSync(join(root, "tiny", `${FIRST}.part`)).length).toBe(20);
  });

  it("stops at a signal, and keeps what came", async () => {
    const root = temporaryFolder();
    const { base } = await fileServer((_, response, bytes) => {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 20));
    });
    const stop = new AbortController();
    const stopped = download({ root, baseUrls: [base], signal: stop.signal, onProgress: () => stop.abort() });
    const opening = openDataset(tiny, { sources: [stopped, cache(root)] });
    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
    expect(readdirSync(join(root, "tiny"))).toEqual([`${FIRST}.part`]);
  });
});

describe("several processes", () => {
  const script = fileURLToPath(new URL("./download-process.ts", import.meta.url));
  const run = (root: string, base: string) =>
    promisify(execFile)(process.execPath, ["--import", import.meta.resolve("tsx"), script, root, base]);

  it("download at once, and each has the whole dataset", async () => {
    const root = temporaryFolder();
    const { base } = await fileServer((request, response, bytes) => {
      // Slowly, so that the downloads overlap.
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 30));
      setTimeout(() => response.end(bytes.subarray(30)), 150);
    });
    const outputs = await Promise.all([run(root, base), run(root, base)]);
    for (const { stdout } of outputs) {
      expect(stdout.trim()).toBe(`Tiny from ${join(root, "tiny")} (download): 20 training and 10 test images`);
    }
    expectWhole(root);
  });

  it("continue after one that was killed", async () => {
    const root = temporaryFolder();
    const { base, log } = await fileServer((request, response, bytes) => {
      if (request.headers.range !== undefined || request.url !== `/${FIRST}`) return serve(request, response, bytes);
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 30));
    });
    const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script, root, base]);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const folder = join(root, "tiny");
    const sizeBytes = () =>
      existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name)).length)[0] : 0;
    await expect.poll(sizeBytes, { timeout: 10_000 }).toBe(30);
    child.kill("SIGKILL");
    await ended;
    await open({ root, baseUrls: [base] });
    expect(log.slice(0, 2).map(({ range }) => range)).toEqual([undefined, "bytes=30-"]);
    expectWhole(root);
  });

  it("leave nothing behind when the disk refuses to take more", async () => {
    // A limit of no blocks for files makes a write fail as a full disk does.
    const root = temporaryFolder();
    const { base } = await fileServer();
    const tsx = import.meta.resolve("tsx");
    const command = `ulimit -f 0; exec "${process.execPath}" --import "${tsx}" "${script}" "${root}" "${base}"`;
    const error = (await promisify(execFile)("sh", ["-c", command]).catch((e: unknown) => e)) as { stdout: string };
    expect(error.stdout).toMatch(/expected to write the download, got EFBIG \(file too large\); choose another folder/);
    expect(readdirSync(join(root, "tiny"))).toEqual([]);
  });
});

describe("a disk that refuses", () => {
  it("is one sentence with its cause: a file where the folder should be", async () => {
    const root = temporaryFolder();
    const { base } = await fileServer();
    writeFileSync(join(root, "tiny"), "");
    const error = await refusal({ root, baseUrls: [base] });
    expect(error).toMatchObject({ name: "DataAccessError", path: join(root, "tiny") });
    expect(error.message).toBe(
      `${join(root, "tiny")}: expected a folder to download to, got EEXIST (a file is in the way); choose another folder, e.g. with CAMADA_DATA`,
    );
    expect(error.cause).toMatchObject({ code: "EEXIST" });
  });

  it.each([
    ["ENOSPC", "no space left on the disk", "free some space or choose another folder, e.g. with CAMADA_DATA"],
    ["EACCES", "permission denied", "choose another folder, e.g. with CAMADA_DATA"],
    ["EROFS", "read-only file system", "choose another folder, e.g. with CAMADA_DATA"],
  ])("says what %s means and what to do", (code, meaning, advice) => {
    const cause = Object.assign(new Error(`${code}: words of the system, write`), { code });
    const error = diskError("/data/x.gz", "to write the download", cause);
    expect(error.message).toBe(`/data/x.gz: expected to write the download, got ${code} (${meaning}); ${advice}`);
    expect(error.cause).toBe(cause);
  });

  it("says what an unknown failure is called", () => {
    const error = diskError("/x", "a file", new Error("something odd"));
    expect(error.message).toBe("/x: expected a file, got something odd");
  });
});
