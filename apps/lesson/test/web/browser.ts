import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireChromium } from "@camada/vitest-setup/chromium";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { type PlainServer, servePlain } from "./plain-server.ts";

/** No sandbox: test machines run as root. The others keep Chromium from asking the network for things of its own. */
const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** WebGL and WebGPU as every machine has them: the browser's own, which the processor plays. */
const SWIFTSHADER = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--enable-unsafe-webgpu"];
const CLOSE_MS = 10_000;
/** A busy machine is slow; that says nothing of the page. */
const WAIT_MS = 60_000;

/** How a page is opened. */
interface Opening {
  readonly hash?: string;
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  /** What the browser's user reads, e.g. `pt-BR`. */
  readonly locale?: string;
}

/** The site in a real browser. */
export interface Site {
  /** Address of the page, ending in a slash. */
  readonly address: string;
  readonly context: BrowserContext;
  readonly server: PlainServer;
  /** Everything that pages reported: errors, and messages of the console that are none of information. */
  readonly complaints: string[];
  /** Addresses that pages asked for. */
  readonly requests: string[];
  open(opening?: Opening): Promise<Page>;
}

/**
 * Starts a server and a browser for the tests of a file. What a page complains of fails them.
 * @param gpuFlags what the browser draws with
 */
export function useSite(gpuFlags: readonly string[] = SWIFTSHADER): Site {
  const site = { complaints: [] as string[], requests: [] as string[] } as { -readonly [K in keyof Site]: Site[K] };
  let profile = "";
  beforeAll(async () => {
    site.server = await servePlain(inject("site"));
    site.address = site.server.address;
    profile = await mkdtemp(join(tmpdir(), "camada-chromium-"));
    site.context = await chromium.launchPersistentContext(profile, {
      executablePath: requireChromium(),
      headless: true,
      args: [...FLAGS, ...gpuFlags],
      locale: "en-US",
      reducedMotion: "reduce",
    });
    site.context.setDefaultTimeout(WAIT_MS);
    site.context.on("request", (request) => site.requests.push(request.url()));
    site.open = (opening) => open(site, opening);
  });
  afterAll(async () => {
    // Closing can hang after a crash of the GPU process.
    await Promise.race([site.context.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    await site.server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    expect(site.complaints).toEqual([]);
  });
  return site;
}

async function open(site: Site, opening: Opening = {}): Promise<Page> {
  const { hash = "", width = 1280, height = 900, scheme = "light", locale } = opening;
  const page = await site.context.newPage();
  page.on("pageerror", (error) => site.complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") site.complaints.push(`${message.text()} ${message.location().url}`);
  });
  if (locale !== undefined) {
    await page.addInitScript((language) => {
      Object.defineProperty(navigator, "languages", { value: [language] });
    }, locale);
  }
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(site.address + hash);
  await page.waitForSelector(".chip-ready");
  return page;
}

/** Runs every cell that the page runs, and waits for the last verdict. */
export async function runEverything(page: Page): Promise<void> {
  await page.click(".toolbar .primary");
  await page.waitForFunction((count) => document.querySelectorAll("[data-verdict]").length === count, CELLS_OF_PAGE);
  await page.waitForSelector(".result.is-running", { state: "detached" });
}

/** All but K3 and K8, which train for minutes. */
const CELLS_OF_PAGE = 16;
