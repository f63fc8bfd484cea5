import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Folder of the site, built from the sources as they are. */
    readonly site: string;
  }
}

/** Builds the site once for all files of the project, and removes it after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), "camada-site-"));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const mode = process.env["NODE_ENV"];
  // vitest's own value would give a page that is not the one of `pnpm build`: without its service worker, for one.
  process.env["NODE_ENV"] = "production";
  await build({ root, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  process.env["NODE_ENV"] = mode;
  project.provide("site", outDir);
  return () => rm(outDir, { recursive: true, force: true });
}
