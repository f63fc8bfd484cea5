import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireChromium } from "@camada/vitest-setup/chromium";
import { chromiumFlags, REFUSED_FLAGS } from "@camada/vitest-setup/chromium-flags";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import type { Command, Report, RunRequest, WireRecord } from "../../src/web/training/protocol.ts";
import type { TrainingSetting } from "../../src/training/setting.ts";

/** Closing can hang after a crash of the browser. */
const CLOSE_MS = 10_000;

/** The page's globals, see `site/main.tsx`. */
interface SiteWindow {
  readonly reports: Report[];
  readonly longTasks: number[];
  send(command: Command): void;
}

/** A Chromium with a profile of its own, and what went wrong in it. */
export class Browser {
  readonly context: BrowserContext;
  readonly #folder: string;
  /** Errors on consoles, violations of the policy among them, and requests to other origins. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, folder: string) {
    this.context = context;
    this.#folder = folder;
    context.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    context.on("weberror", (error) => this.complaints.push(error.error().message));
    const { origin } = new URL(inject("siteUrl"));
    context.on("request", (request) => {
      const url = request.url();
      const isOwn = url.startsWith(`${origin}/`) || url.startsWith("data:") || url.startsWith(`blob:${origin}`);
      if (!isOwn) this.complaints.push(`request to ${url}`);
    });
  }

  /**
   * Starts the system's Chromium.
   * @param preferences what its user has set, as Chromium keeps it
   */
  static async start(preferences: object = {}): Promise<Browser> {
    const folder = await mkdtemp(join(tmpdir(), "camada-chromium-"));
    await mkdir(join(folder, "Default"));
    await writeFile(join(folder, "Default", "Preferences"), JSON.stringify(preferences));
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: requireChromium(),
      headless: true,
      // WebGPU where it is chosen, and WebGL as ever.
      args: chromiumFlags("webgpu"),
      ignoreDefaultArgs: REFUSED_FLAGS,
      acceptDownloads: true,
    });
    return new Browser(context, folder);
  }

  /** Opens the built site, or a copy of it elsewhere. */
  async open(query = "", siteUrl = inject("siteUrl")): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(siteUrl + query);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  }

  async close(): Promise<void> {
    await Promise.race([this.context.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
    await rm(this.#folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** A short run, quick to do and different at every step. */
export const shortSetting: TrainingSetting = {
  dataset: "mnist",
  epochs: 2,
  batchSize: 8,
  optimizer: "sgd",
  learningRate: 0.1,
  momentum: 0.9,
  wd: 1e-6,
  seed: 1,
  trainSamples: 64,
  testSamples: 16,
};

/** A request for a run on the data that come with the page. */
export function requestOf(setting: TrainingSetting): RunRequest {
  return { cell: setting.dataset === "mnist" ? "K3" : "K8", setting, data: { from: "page" } };
}

/** Sends a command to the worker. */
export async function send(page: Page, command: Command): Promise<void> {
  await page.evaluate((one) => (globalThis as unknown as SiteWindow).send(one), command);
}

/** All that the worker has reported, feature maps left out. */
export function reportsOf(page: Page): Promise<Report[]> {
  return page.evaluate(() => (globalThis as unknown as SiteWindow).reports);
}

/** Durations of tasks of the page's thread above 50 ms since the last call. */
export function takeLongTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => (globalThis as unknown as SiteWindow).longTasks.splice(0));
}

/** Waits for the worker to report something. */
export async function reported(page: Page, type: Report["type"], text = "", timeoutMs = 60_000): Promise<void> {
  await page.waitForFunction(
    ([wanted, part]) => {
      const { reports } = globalThis as unknown as SiteWindow;
      return reports.some((one) => one.type === wanted && JSON.stringify(one).includes(part!));
    },
    [type, text] as const,
    { timeout: timeoutMs, polling: 50 },
  );
}

/** Waits until the session does something. */
export async function inStatus(page: Page, status: string, timeoutMs = 60_000): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const { reports } = globalThis as unknown as SiteWindow;
      const last = reports.findLast((one) => one.type === "status");
      return last?.status === wanted;
    },
    status,
    { timeout: timeoutMs, polling: 50 },
  );
}

/** The losses of the steps that the worker has reported. */
export async function lossesOf(page: Page): Promise<number[]> {
  return recordsOf(await reportsOf(page)).flatMap((record) => (record.type === "step" ? [record.batch.loss] : []));
}

/** The records among some reports. */
export function recordsOf(reports: readonly Report[]): WireRecord[] {
  return reports.flatMap((one) => (one.type === "record" ? [one.record] : []));
}
