import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { activeBackend, BackendUnavailableError, useBackend } from "@camada/tensor";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { cpu, type CpuOptions } from "@camada/backend-cpu";
import { NativeLibraryError } from "../../src/native/errors.ts";
import { libraryFolder } from "../../src/native/library-folder.ts";
import { NativeLibrary } from "../../src/native/library.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../..", import.meta.url));
const here = process.env["CAMADA_NATIVE_LIBRARIES"] ?? libraryFolder();
const scratch = mkdtempSync(join(tmpdir(), "camada-broken-"));
// A build for this machine alone, as the sanitizers' is, leaves out the levels that it lacks.
const LIBRARIES = ["camada-cpu-generic.so", "camada-cpu-avx2.so", "camada-cpu-avx512.so"];
const FILES = LIBRARIES.filter((file) => existsSync(join(here, file)));
let folder = "";
let count = 0;

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** Writes the manifest that fits the libraries as they are now. */
function signLibraries(): void {
  const files = Object.fromEntries(FILES.map((file) => [file, hashOf(join(folder, file))]));
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ source: "", files }));
}

/** Puts a library of the C source in the place of every level. */
async function compileLibraries(source: string): Promise<void> {
  writeFileSync(join(folder, "library.cc"), source);
  const library = join(folder, FILES[0]!);
  await run(process.env["CXX"] ?? "c++", ["-shared", "-fPIC", join(folder, "library.cc"), "-o", library]);
  for (const file of FILES.slice(1)) copyFileSync(library, join(folder, file));
  signLibraries();
}

/** Activation in a process of its own: what exit code, and what it said. */
async function activateElsewhere(options: CpuOptions) {
  const script = fileURLToPath(new URL("activate.ts", import.meta.url));
  const args = ["--import", "tsx", "--conditions", "@camada/source", script, JSON.stringify(options)];
  const { stdout } = await run(process.execPath, args, { cwd: root });
  return JSON.parse(stdout) as { name?: string; cause?: { name: string; message: string }; results?: string[] };
}

async function refusal(options: CpuOptions): Promise<{ error: unknown; cause: unknown }> {
  const error = await cpu({ engine: "native", ...options })
    .activate()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BackendUnavailableError);
  return { error, cause: (error as Error).cause };
}

beforeEach(() => {
  folder = join(scratch, String(count++));
  mkdirSync(folder);
  for (const file of [...FILES, "manifest.json"]) copyFileSync(join(here, file), join(folder, file));
});

const before = activeBackend()!.backend;

// Test files share a worker, and with it the active backend.
afterEach(() => useBackend(before));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("libraries that are not as they were built", () => {
  it.each<[string, () => void, RegExp]>([
    ["no manifest", () => rmSync(join(folder, "manifest.json")), /expected a manifest of native libraries/],
    ["an empty folder", () => FILES.concat("manifest.json").forEach((f) => rmSync(join(folder, f))), /manifest/],
    ["a manifest of garbage", () => writeFileSync(join(folder, "manifest.json"), "{ not"), /manifest/],
    ["a manifest without files", () => writeFileSync(join(folder, "manifest.json"), "{}"), /no list of files/],
    ["a manifest that is null", () => writeFileSync(join(folder, "manifest.json"), "null"), /manifest/],
    ["no library", () => FILES.forEach((file) => rmSync(join(folder, file))), /expected a library .*, got none/],
    ["a truncated library", () => FILES.forEach((file) => truncateSync(join(folder, file), 30_000)), /with hash/],
    ["an empty library", () => FILES.forEach((file) => truncateSync(join(folder, file), 0)), /with hash/],
    ["a library of garbage", () => FILES.forEach((f) => writeFileSync(join(folder, f), "garbage")), /with hash/],
    [
      "a manifest that lies",
      () => writeFileSync(join(folder, "manifest.json"), JSON.stringify({ files: { [FILES[0]!]: "0".repeat(64) } })),
      /with hash 000000000000/,
    ],
  ])("are refused by type: %s", async (_, damage, message) => {
    damage();
    const { cause } = await refusal({ libraryFolder: folder });
    expect(cause).toBeInstanceOf(NativeLibraryError);
    expect((cause as Error).message).toMatch(message);
  });

  it("are refused where the manifest agrees with garbage", async () => {
    for (const file of FILES) writeFileSync(join(folder, file), "garbage ".repeat(1000));
    signLibraries();
    const { cause } = await refusal({ libraryFolder: folder });
    expect(cause).toBeInstanceOf(NativeLibraryError);
    expect((cause as Error).message).toContain("expected a library of this system");
  });

  it("are refused when they have another version", async () => {
    await compileLibraries('extern "C" int camada_abi_version() { return 999; }');
    const { cause } = await refusal({ libraryFolder: folder });
    expect(cause).toBeInstanceOf(NativeLibraryError);
    expect((cause as Error).message).toMatch(/expected native kernels of version \d+, got 999/);
  });

  it("are refused when a function is missing", async () => {
    await compileLibraries('extern "C" int camada_abi_version() { return 1; }');
    const { cause } = await refusal({ libraryFolder: folder });
    expect(cause).toBeInstanceOf(NativeLibraryError);
    expect((cause as Error).message).toBe("expected the native library to have camada_cpu_features, got none");
  });

  it("name the kernel that a library lacks, when it is run", () => {
    const library = new NativeLibrary(here, FILES[0]!);
    expect(() => library.run("camada_no_such_kernel", [1])).toThrow(
      "expected the native library to have camada_no_such_kernel, got none",
    );
  });

  it("name the kernel that refuses its arguments", () => {
    const library = new NativeLibrary(here, FILES[0]!);
    expect(() => library.run("camada_cast", [77, 77, 5], 0, 0)).toThrow(NativeLibraryError);
  });

  it("leave the automatic choice to the next engine, which says why", async () => {
    rmSync(join(folder, "manifest.json"));
    const { engine, rejected } = await cpu({ libraryFolder: folder }).activate();
    expect({ engine, rejected }).toMatchObject({ engine: "wasm", rejected: [{ engine: "native" }] });
  });
});

describe("options of the native engine", () => {
  it.each<[string, CpuOptions, string]>([
    ["no threads", { threads: 0 }, "expected threads to be a whole number from 1 to 256, got 0"],
    ["half a thread", { threads: 1.5 }, "got 1.5"],
    ["a billion threads", { threads: 1e9 }, "got 1000000000"],
    ["threads that are no number", { threads: NaN }, "got NaN"],
    ["an unknown level", { level: "sse9" as never }, "expected a level among generic, avx2"],
    ["bf16 at a level without it", { level: "generic", precision: "bf16" }, "for precision bf16, got generic"],
    ["an unknown precision", { precision: "int4" as never }, "got int4"],
    ["a negative cap", { memoryLimitBytes: -1 }, "got -1"],
    ["a cap that is no number", { memoryLimitBytes: NaN }, "got NaN"],
  ])("are refused by type: %s", async (_, options, message) => {
    const { error, cause } = await refusal({ libraryFolder: here, ...options });
    expect(cause).toBeInstanceOf(RangeError);
    expect((error as Error).message).toContain(message);
  });

  it("refuse an unknown level of the environment", async () => {
    const before = process.env["CAMADA_CPU_LEVEL"];
    process.env["CAMADA_CPU_LEVEL"] = "sse9";
    const { cause } = await refusal({ libraryFolder: here });
    if (before === undefined) delete process.env["CAMADA_CPU_LEVEL"];
    else process.env["CAMADA_CPU_LEVEL"] = before;
    expect((cause as Error).message).toContain("got sse9");
  });
});

describe("a process with the native engine", () => {
  it("lives on when a tensor is larger than the machine", async () => {
    const { results, ...rest } = await activateElsewhere({ libraryFolder: here });
    expect(results).toHaveLength(3);
    for (const name of results!) expect(["OutOfMemoryError", "RangeError"]).toContain(name);
    expect(rest).toEqual({ sum: 10 });
  });

  it("lives on when a worker thread that used it ends", async () => {
    const script = fileURLToPath(new URL("worker-that-ends.mjs", import.meta.url));
    const { stdout } = await run(process.execPath, [script, join(here, FILES[0]!)]);
    expect(stdout.trim()).toBe("alive");
  });

  it("has a build script that does without a compiler", async () => {
    const script = fileURLToPath(new URL("../../scripts/build-native.ts", import.meta.url));
    const env = { ...process.env, CXX: "/nonexistent" };
    const { stdout } = await run(process.execPath, ["--import", "tsx", script], { cwd: root, env });
    expect(stdout).toBe(
      "native kernels: no C++ compiler, looked for /nonexistent; programs run on the engine wasm instead\n",
    );
  });
});
