import type { Browser, Page } from "playwright-core";
import { figuresOf, type PageFigures, TRACE_CATEGORIES } from "./trace.ts";

/** What follows the first usable cell and still belongs to the opening. */
const SETTLE_MS = 2000;
const TRAINING_MS = 20_000;
/** Of a page whose browser has nothing of it yet, on a machine with other work. */
const PATIENCE_MS = 120_000;

/** When things are there in an opening of the page. */
export interface OpeningTimes {
  /** From navigation to the first text or picture. */
  readonly firstPaintMs: number;
  /** From navigation until a cell can be run. */
  readonly usableMs: number;
  /** From a click on its first code cell until the verdict is there. */
  readonly verdictMs: number;
}

/** Opens the page in a browser that has never seen it, and runs its first code cell; nothing is traced, which takes time. */
export async function timeOpening(browser: Browser, address: string): Promise<OpeningTimes> {
  return inNewPage(browser, async (page) => {
    const usableMs = await openUntilUsable(page, address);
    await page.waitForTimeout(SETTLE_MS);
    const firstPaintMs = await page.evaluate(timeOfFirstPaint);
    const startMs = performance.now();
    await page.locator("#K1 .run").click();
    await page.locator("#K1 [data-verdict]").waitFor();
    return { firstPaintMs, usableMs, verdictMs: performance.now() - startMs };
  });
}

/** The page's thread in such an opening. */
export async function measureOpening(browser: Browser, address: string): Promise<PageFigures> {
  return inNewPage(browser, async (page) => {
    return traced(browser, page, async () => {
      await openUntilUsable(page, address);
      await page.waitForTimeout(SETTLE_MS);
    });
  });
}

/** All cells of the page, one after the other. */
export async function measureCells(browser: Browser, address: string): Promise<PageFigures> {
  return inNewPage(browser, async (page) => {
    await page.goto(`${address}#v=1&lang=en`);
    await page.locator(".toolbar .primary:enabled").waitFor();
    await page.waitForTimeout(SETTLE_MS);
    return traced(browser, page, async () => {
      await page.locator(".toolbar .primary").click();
      await page.locator("#K7 [data-verdict]").waitFor();
      await page.locator(".result.is-running").waitFor({ state: "detached" });
    });
  });
}

/** A while of training with the screen's own setting, with curves and feature maps in view. */
export async function measureTraining(browser: Browser, address: string): Promise<PageFigures> {
  return inNewPage(browser, async (page) => {
    await page.goto(`${address}#v=1&lang=en&screen=training`);
    await page.locator(".chip-ready").waitFor();
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.locator(".training-charts svg").first().waitFor();
    return traced(browser, page, () => page.waitForTimeout(TRAINING_MS));
  });
}

/** Begins what the page says once a cell can be run; the time follows. */
const USABLE = "usable after ms: ";

/**
 * Opens the page, and has it tell the time itself: whatever else asks a page something loads a script of its own into it
 * first, which took a tenth of the opening.
 * @returns the time from navigation until a cell can be run
 */
async function openUntilUsable(page: Page, address: string): Promise<number> {
  await page.addInitScript(sayWhenUsable, USABLE);
  const [message] = await Promise.all([
    page.waitForEvent("console", (one) => one.text().startsWith(USABLE)),
    page.goto(`${address}#v=1&lang=en`, { waitUntil: "commit" }),
  ]);
  return Number(message.text().slice(USABLE.length));
}

/** What of a browser {@link sayWhenUsable} uses. */
interface PageScope {
  readonly document: { querySelector(selector: string): unknown };
  readonly MutationObserver: new (changed: () => void) => {
    observe(
      target: unknown,
      what: { readonly subtree: true; readonly childList: true; readonly attributes: true },
    ): void;
    disconnect(): void;
  };
  requestAnimationFrame(act: () => void): void;
}

/** In the page: tells the time of the frame in which a cell can be run. */
function sayWhenUsable(start: string): void {
  const { document, MutationObserver, requestAnimationFrame } = globalThis as unknown as PageScope;
  const observer = new MutationObserver(() => {
    if (document.querySelector(".run:not(:disabled)") === null) return;
    observer.disconnect();
    requestAnimationFrame(() => console.debug(start + performance.now()));
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
}

/** In the page: when it first painted something. */
function timeOfFirstPaint(): number {
  return performance.getEntriesByName("first-contentful-paint")[0]!.startTime;
}

async function inNewPage<T>(browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

async function traced(browser: Browser, page: Page, work: () => Promise<void>): Promise<PageFigures> {
  await browser.startTracing(page, { categories: TRACE_CATEGORIES });
  await work();
  const trace = await browser.stopTracing();
  return figuresOf(JSON.parse(trace.toString("utf8")) as Parameters<typeof figuresOf>[0]);
}
