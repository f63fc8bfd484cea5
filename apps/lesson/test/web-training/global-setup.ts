import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { serveFolder } from "./serve-folder.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the built site, under a path of its own. */
    readonly siteUrl: string;
    /** Folder of the built site. */
    readonly siteFolder: string;
  }
}

/** Builds the site with Vite, minified as it is published, and serves it under a sub-path with strict headers. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "camada-web-training-"));
  await build({
    configFile: false,
    root: fileURLToPath(new URL("site", import.meta.url)),
    base: "./",
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    resolve: { conditions: ["@camada/source", "module", "browser", "import", "default"] },
    build: { outDir: folder, emptyOutDir: true },
    worker: { format: "es" },
  });
  const server = await serveFolder(folder, "/under/a/path/");
  provide("siteUrl", server.url);
  provide("siteFolder", folder);
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}
