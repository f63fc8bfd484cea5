import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkChangesets } from "./changesets.ts";
import { GateError, root, run } from "./command.ts";
import { readPackages } from "./packages.ts";
import { checkPacks } from "./packs.ts";

/** One thing that must hold before a change lands. */
export interface Gate {
  readonly name: string;
  /** What it looks at, for `pnpm check --help`. */
  readonly about: string;
  /** Resolves with a remark or with nothing; rejects with {@link GateError}. */
  readonly pass: () => Promise<string | undefined>;
}

/** All gates in the order in which they run: quick ones first, packs after the build that they need. */
export const gates: readonly Gate[] = [
  tool("format", "prettier", ["--check", "."]),
  tool("lint", "oxlint", []),
  tool("boundaries", "turbo", ["boundaries"]),
  tool("unused", "knip", []),
  { name: "changesets", about: "a changed package has a changeset", pass: checkChangesets },
  tool("typecheck", "turbo", ["run", "typecheck", "--continue", "--output-logs=errors-only"]),
  tool("docs", "typedoc", []),
  { name: "build", about: "tsc per package, from nothing", pass: build },
  { name: "packs", about: "packed tarballs: publint, attw, installed in an empty folder and used", pass: packs },
  { name: "test", about: "pnpm test", pass: test },
];

/** A gate that is a tool of the repository and its verdict. */
function tool(name: string, program: string, args: readonly string[]): Gate {
  const pass = async () => {
    await run(program, args);
    return undefined;
  };
  return { name, about: [program, ...args].join(" "), pass };
}

/** Removes what earlier builds left, so that a deleted source leaves nothing behind in `dist`. */
async function build(): Promise<undefined> {
  const packages = await readPackages();
  await Promise.all(packages.map(({ path }) => rm(join(path, "dist"), { recursive: true, force: true })));
  await run("turbo", ["run", "build", "--output-logs=errors-only"]);
  return undefined;
}

/** Packs what is built from the sources as they are: from turbo's cache where the build has just run. */
async function packs(): Promise<string> {
  await build();
  return checkPacks();
}

/** Runs the suites with their output as it comes. */
async function test(): Promise<undefined> {
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", main], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new GateError(`pnpm test: expected exit code 0, got ${code}`);
  return undefined;
}
