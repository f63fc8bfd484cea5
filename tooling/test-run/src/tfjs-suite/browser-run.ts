import { createServer } from "node:http";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireChromium } from "@camada/vitest-setup/chromium";
import { chromiumFlags, REFUSED_FLAGS, type SoftwareGpu } from "@camada/vitest-setup/chromium-flags";
import { chromium, type Page } from "playwright-core";
import type { SpecResult } from "./judge.ts";

/** Closing can hang after a crash of the GPU's process. */
const CLOSE_MS = 10_000;
/** What a suite may take on a machine that others use too. */
const SUITE_MS = 15 * 60_000;

const PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Suite</title><script src="suite.js"></script>';

/** Runs a bundled suite in a page of the system's Chromium. @throws {Error} when it does not come to its end. */
export async function runInBrowser(file: string, gpu: SoftwareGpu): Promise<SpecResult[]> {
  const server = await serve(await readFile(file));
  const profile = await mkdtemp(join(tmpdir(), "camada-suite-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: requireChromium(),
    headless: true,
    args: chromiumFlags(gpu),
    ignoreDefaultArgs: REFUSED_FLAGS,
  });
  try {
    const page = await context.newPage();
    // GPUs and storage are for pages of a secure origin, which localhost is.
    await page.goto(server.url);
    return await Promise.race([specsOf(page), failureOf(page)]);
  } finally {
    await Promise.race([context.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
    await server.close();
    await rm(profile, { recursive: true, force: true }).catch(() => {});
  }
}

function specsOf(page: Page): Promise<SpecResult[]> {
  return page.evaluate(() => (globalThis as unknown as { specs: Promise<SpecResult[]> }).specs);
}

/** Rejects when the page is lost, or takes too long. */
function failureOf(page: Page): Promise<never> {
  return new Promise((_, reject) => {
    page.on("crash", () => reject(new Error("tfjs suite: expected results, got a crash of the page")));
    const seconds = SUITE_MS / 1000;
    setTimeout(() => reject(new Error(`tfjs suite: expected results, got none in ${seconds} s`)), SUITE_MS).unref();
  });
}

async function serve(script: Buffer): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(({ url }, response) => {
    const isScript = url === "/suite.js";
    const type = isScript ? "text/javascript" : "text/html";
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(isScript ? script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
