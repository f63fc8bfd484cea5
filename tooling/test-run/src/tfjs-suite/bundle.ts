import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import type { SuiteRun } from "./engines.ts";

/** Which specs go into a bundle. */
export interface SuiteBundle {
  /** A module with a function `activate`. */
  readonly activation: string;
  readonly outfile: string;
  /** How the specs run in a page; absent where they run in Node. */
  readonly inBrowser?: SuiteRun | undefined;
  /** Modules that stand for others, by name. */
  readonly alias?: Readonly<Record<string, string>>;
}

/** Puts tfjs-core's specs and an engine into one file, which Node or a page runs. */
export async function bundleSuite({ activation, outfile, inBrowser, alias = {} }: SuiteBundle): Promise<void> {
  const entryFile = inBrowser === undefined ? "./entry.ts" : "./browser-entry.ts";
  const entry = fileURLToPath(new URL(entryFile, import.meta.url));
  const [activationModule, entryModule] = [activation, entry].map((path) => JSON.stringify(path));
  const contents = `
    import { activate } from ${activationModule};
    import { run } from ${entryModule};
    run(activate${inBrowser === undefined ? "" : `, ${JSON.stringify(inBrowser)}`});
  `;
  const target: BuildOptions =
    inBrowser === undefined
      ? {
          platform: "node",
          format: "cjs",
          external: ["node-fetch", ...("koffi" in alias ? [] : ["koffi"])],
          // What modules ask for, and scripts do not have.
          define: { "import.meta.url": "bundleUrl", "import.meta.dirname": "__dirname" },
          banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
        }
      : // tfjs asks for Node's modules only where it runs in Node.
        {
          platform: "browser",
          define: { global: "globalThis" },
          format: "iife",
          external: ["node-fetch", "fs", "util", "worker_threads", "child_process"],
        };
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    outfile,
    bundle: true,
    ...target,
    alias: { ...alias },
    mainFields: ["module", "main"],
    conditions: ["@camada/source"],
    // tfjs-core declares its spec files free of side effects, and an honoured declaration drops them.
    ignoreAnnotations: true,
    logLevel: "error",
  });
}
