// `pnpm layer Conv2D`: the tests of one layer, from source, watched on a terminal; `--run` runs them once.
//
// Plain JavaScript on purpose: without a TypeScript loader in front of vitest the answer comes half a second sooner.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/**
 * Names that `pnpm layer` knows: every class that the package exports.
 * @param {string} indexSource text of `packages/layers/src/index.ts`
 * @returns {string[]} sorted
 */
export function layerNames(indexSource) {
  const lists = [...indexSource.matchAll(/export\s*\{([^}]*)\}/g)].map((match) => match[1] ?? "");
  const names = lists
    .flatMap((list) => list.split(","))
    .map(
      (entry) =>
        entry
          .trim()
          .split(/\s+as\s+/)
          .at(-1) ?? "",
    );
  return names.filter((name) => /^[A-Z][A-Za-z0-9]*$/.test(name)).toSorted((a, b) => (a < b ? -1 : 1));
}

/**
 * Test files that can say something about a layer: those with its name in a test's, and those that walk the table of all
 * layers.
 * @param {string} folder folder to look in
 * @param {string} name layer, e.g. `Conv2D`
 * @returns {string[]} paths of test files
 */
export function testFiles(folder, name) {
  const concerns = new RegExp(`\\b(?:describe|it|test)\\b[^"'\`]*["'\`][^"'\`]*\\b${name}\\b|layer-cases`);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join(folder, file))
    .filter((file) => concerns.test(readFileSync(file, "utf8")));
}

/**
 * Runs the command.
 * @param {string[]} args arguments after `pnpm layer`
 * @returns {Promise<number | undefined>} exit code; undefined while vitest watches
 */
export async function layer(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { run: { type: "boolean", default: false }, project: { type: "string", default: "cpu" } },
    });
  } catch {
    console.error(`layer: expected a layer's name, --run and --project <name>, got ${args.join(" ")}`);
    return 2;
  }
  const { values, positionals } = parsed;
  // Without a keyboard nobody could end the watch.
  const isWatched = !values.run && process.stdin.isTTY === true;
  const names = layerNames(readFileSync(join(root, "packages/layers/src/index.ts"), "utf8"));
  const asked = positionals.length === 1 ? positionals[0] : undefined;
  const name = names.find((known) => known.toLowerCase() === asked?.toLowerCase());
  if (name === undefined) {
    const got = asked ?? (positionals.length === 0 ? "nothing" : positionals.join(" "));
    console.error(`layer: expected one of ${names.join(", ") || "(no layer is exported yet)"}, got ${got}`);
    return 2;
  }
  const files = testFiles(join(root, "packages/layers/test"), name);
  if (files.length === 0) {
    console.error(`layer: expected a test of ${name} in packages/layers/test, got none`);
    return 1;
  }
  const { startVitest } = await import("vitest/node");
  const vitest = await startVitest(
    "test",
    files.map((file) => relative(root, file)),
    {
      root,
      project: [values.project],
      watch: isWatched,
      // A whole word: Conv2D is not Conv2DTranspose.
      testNamePattern: `\\b${name}\\b`,
      reporters: [["default", { summary: false }]],
      experimental: { fsModuleCache: true },
    },
  );
  if (isWatched) return undefined;
  const ran = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  if (ran.every((test) => test.result().state === "skipped")) {
    console.error(`layer: expected tests with ${name} in their name in ${files.length} files, got none`);
    return 1;
  }
  return Number(process.exitCode ?? 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const code = await layer(process.argv.slice(2));
  if (code !== undefined) process.exit(code);
}
