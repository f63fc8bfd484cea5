import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { judge, type Gaps, type SpecResult, type TfjsSuiteResult } from "./judge.ts";

/** An engine of `@camada/backend-cpu` that tfjs-core's suite can judge. */
export type SuiteEngine = "native" | "wasm" | "js";

const GAPS = new URL("../../../../packages/backend-cpu/test/tfjs-gaps.json", import.meta.url);
/** Inside the package, so that what stays outside the bundle is found from there. */
const BUNDLE = new URL("../../node_modules/.cache/tfjs-suite/suite.cjs", import.meta.url);

/**
 * Runs tfjs-core's own specs on an engine of ours and compares the failures with the listed gaps.
 *
 * Bundle and specs run in a process of their own: jasmine and tfjs both keep their state in globals.
 * @param options.level instruction level of engine `native`; default: the best
 * @throws {Error} when the suite does not come to its end.
 */
export async function runTfjsSuite(options: {
  readonly engine: SuiteEngine;
  readonly level?: string | undefined;
}): Promise<TfjsSuiteResult> {
  const { engine, level } = options;
  await bundle();
  const gaps = JSON.parse(await readFile(GAPS, "utf8")) as Record<SuiteEngine, Gaps>;
  return judge(await runBundle(engine, level), gaps[engine]);
}

async function bundle(): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("./entry.ts", import.meta.url))],
    outfile: fileURLToPath(BUNDLE),
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    conditions: ["@camada/source"],
    // tfjs-core declares its spec files free of side effects, and an honoured declaration drops them.
    ignoreAnnotations: true,
    external: ["jasmine", "jasmine-core", "koffi", "node-fetch"],
    logLevel: "error",
  });
}

function runBundle(engine: SuiteEngine, level?: string): Promise<SpecResult[]> {
  const args = [engine, wasmFile(), libraryFolder(), ...(level === undefined ? [] : [level])];
  const child = fork(fileURLToPath(BUNDLE), args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(String(chunk)));
  return new Promise((resolve, reject) => {
    let specs: SpecResult[] | undefined;
    child.on("message", (message) => (specs = message as SpecResult[]));
    child.on("error", reject);
    child.on("close", (code) => {
      if (specs !== undefined) resolve(specs);
      else reject(new Error(`tfjs suite: expected results, got exit code ${code}\n${output.join("").slice(-4000)}`));
    });
  });
}

/** Nor can our native engine find its libraries. */
function libraryFolder(): string {
  const backend = createRequire(import.meta.url).resolve("@camada/backend-cpu/package.json");
  return join(dirname(backend), `native/build/${process.platform}-${process.arch}`);
}

/** In a bundle tfjs cannot find its WebAssembly by itself. */
function wasmFile(): string {
  const backend = createRequire(import.meta.resolve("@camada/backend-cpu/package.json"));
  return backend.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm");
}
