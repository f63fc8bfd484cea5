import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { GateError, pnpm, root, run } from "./command.ts";
import { entryPoints, readPackages, readPrebuilt, type Package } from "./packages.ts";
import { readmeExample } from "./readme-example.ts";

/**
 * The gate: what would be published is well formed, installs from nothing, and works.
 *
 * Every package is packed, looked at by publint and attw, installed with npm in an empty folder from the tarballs (their
 * foreign dependencies come from npm's registry), type-checked there and run with plain node.
 * @returns what was done
 * @throws {GateError} with the output of the step that failed
 */
export async function checkPacks(): Promise<string> {
  const packages = await readPackages();
  const folder = await mkdtemp(join(tmpdir(), "camada-packs-"));
  try {
    const prebuilt = await readPrebuilt();
    const tarballs = await Promise.all([...packages, ...prebuilt].map((one) => pack(one, folder)));
    for (const tarball of tarballs.slice(0, packages.length)) await checkTarball(tarball);
    const consumer = join(folder, "consumer");
    await install([...packages, ...prebuilt], tarballs, consumer);
    const entries = packages.flatMap(entryPoints);
    await importAll(entries, consumer);
    for (const entry of entries.filter((name) => name.endsWith("/node"))) await refuseInBrowser(entry, consumer);
    await runExamples(packages, consumer);
    if (prebuilt.length > 0) await runNative(consumer);
    return `${tarballs.length} tarballs, ${entries.length} entry points`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Packs as `pnpm publish` would, and gives the tarball's path. */
async function pack({ path, manifest }: Package, folder: string): Promise<string> {
  await pnpm(["pack", "--pack-destination", folder], { cwd: path });
  return join(folder, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
}

async function checkTarball(tarball: string): Promise<void> {
  await Promise.all([
    run("publint", ["run", tarball, "--strict"]),
    run("attw", [tarball, "--profile", "esm-only", "--format", "ascii"]),
  ]);
}

/** Makes an empty folder that depends on every tarball; npm adds the peers. */
async function install(packages: readonly Package[], tarballs: readonly string[], consumer: string): Promise<void> {
  const ours = packages.map(({ manifest }, index) => [manifest.name, `file:${tarballs[index]}`]);
  const manifest = { private: true, type: "module", dependencies: Object.fromEntries(ours) };
  await mkdir(consumer);
  await writeFile(join(consumer, "package.json"), JSON.stringify(manifest));
  await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: consumer });
}

/** Imports every entry point with plain node: each must come from `dist` and export something. */
async function importAll(entries: readonly string[], consumer: string): Promise<void> {
  const program = `
    for (const name of ${JSON.stringify(entries)}) {
      if (!import.meta.resolve(name).includes("/dist/")) throw new Error(name + ": expected to come from dist");
      if (Object.keys(await import(name)).length === 0) throw new Error(name + ": expected exports, got none");
    }
  `;
  await writeFile(join(consumer, "import-all.js"), program);
  await run(process.execPath, ["import-all.js"], { cwd: consumer });
}

/** The native engine must run from the package of its platform: outside the workspace nothing else has the libraries. */
async function runNative(consumer: string): Promise<void> {
  const program = `
    import { cpu } from "@camada/backend-cpu";
    import { useBackend } from "@camada/tensor";
    console.log((await useBackend(cpu({ engine: "native" }))).engine);
  `;
  await writeFile(join(consumer, "native.js"), program);
  const printed = await run(process.execPath, ["native.js"], { cwd: consumer });
  if (printed !== "native\n")
    throw new GateError(`packs: expected the native engine to run from its package, got ${printed}`);
}

/** A bundler for browsers must refuse an entry point that only Node can run. */
async function refuseInBrowser(entry: string, consumer: string): Promise<void> {
  const stdin = { contents: `import ${JSON.stringify(entry)};`, resolveDir: consumer };
  const bundle = build({ stdin, bundle: true, platform: "browser", write: false, logLevel: "silent" });
  const refused = await bundle.then(
    () => false,
    () => true,
  );
  if (!refused) throw new GateError(`packs: expected a browser build to refuse ${entry}, got a bundle`);
}

/** Type-checks and runs the program of every README against the installed packages. */
async function runExamples(packages: readonly Package[], consumer: string): Promise<void> {
  const examples = await Promise.all(
    packages.map(async ({ folder, path }) => {
      const example = readmeExample(await readFile(join(path, "README.md"), "utf8"));
      if (example === undefined)
        throw new GateError(`packs: expected a program in packages/${folder}/README.md, got none`);
      return { folder, ...example };
    }),
  );
  const options = { module: ModuleKind.ESNext, target: ScriptTarget.ES2023 };
  for (const { folder, code } of examples) {
    await writeFile(join(consumer, `${folder}.ts`), code);
    await writeFile(join(consumer, `${folder}.js`), transpileModule(code, { compilerOptions: options }).outputText);
  }
  await checkTypes(consumer);
  for (const { folder, output } of examples) {
    const printed = await run(process.execPath, [`${folder}.js`], { cwd: consumer });
    if (printed !== output) {
      throw new GateError(
        `packs: expected the program of packages/${folder}/README.md to print\n${output}got\n${printed}`,
      );
    }
  }
}

/** The declarations that are published must do for a strict consumer without our source condition. */
async function checkTypes(consumer: string): Promise<void> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: "es2023",
    module: "nodenext",
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  await writeFile(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  await run("tsc", ["-p", consumer]);
}
