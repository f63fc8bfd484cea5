import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireChromium } from "@camada/vitest-setup/chromium";
import { chromiumFlags, REFUSED_FLAGS } from "@camada/vitest-setup/chromium-flags";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { build, preview } from "vite";
import type { WebAnswer, WebContender, WebQuestion } from "./protocol.ts";

/** Closing can hang after a crash of the browser. */
const CLOSE_MS = 10_000;

/** Where the CPU draws, one program of tfjs's takes longer than a GPU may be silent before Chromium takes it for hung. */
const PATIENT = "--disable-gpu-watchdog";

/** Lets the page share memory between threads. */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** The bench's site, built and minified, in the system's Chromium. */
export interface BrowserSite {
  /** e.g. `Chromium 156.0.8078.79`. */
  readonly about: string;
  /** Opens a page with a worker of its own. @throws {Error} when the contender cannot run. */
  open(contender: WebContender): Promise<BrowserBench>;
  close(): Promise<void>;
}

/** A contender in a page. */
export interface BrowserBench {
  readonly about: string;
  ask(question: WebQuestion): Promise<WebAnswer>;
  close(): Promise<void>;
}

/** Builds, serves and opens the site. */
export async function startSite(): Promise<BrowserSite> {
  const folder = await mkdtemp(join(tmpdir(), "camada-bench-web-"));
  const [outDir, profile] = [join(folder, "site"), join(folder, "profile")];
  const root = fileURLToPath(new URL("site", import.meta.url));
  await build({
    configFile: false,
    root,
    base: "./",
    logLevel: "warn",
    resolve: { conditions: ["@camada/source", "module", "browser", "import", "default"] },
    build: { outDir, emptyOutDir: true },
    worker: { format: "es" },
  });
  const server = await preview({
    configFile: false,
    root,
    logLevel: "warn",
    build: { outDir },
    preview: { port: 0, headers: ISOLATED },
  });
  const url = server.resolvedUrls!.local[0]!;
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: requireChromium(),
    headless: true,
    args: [...chromiumFlags("webgpu"), PATIENT],
    ignoreDefaultArgs: REFUSED_FLAGS,
  });
  return {
    about: `Chromium ${context.browser()?.version() ?? ""}`.trim(),
    open: (contender) => openBench(context, url, contender),
    async close() {
      await Promise.race([context.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
      await server.close();
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    },
  };
}

async function openBench(context: BrowserContext, url: string, contender: WebContender): Promise<BrowserBench> {
  const page = await context.newPage();
  await page.goto(url);
  const answer = await askPage(page, { type: "open", contender });
  if (answer.type !== "opened") throw new Error(answer.type === "failed" ? answer.reason : "it did not open");
  return { about: answer.about, ask: (question) => askPage(page, question), close: () => page.close() };
}

function askPage(page: Page, question: WebQuestion): Promise<WebAnswer> {
  return page.evaluate((one) => {
    return (globalThis as unknown as { ask(question: WebQuestion): Promise<WebAnswer> }).ask(one);
  }, question);
}
