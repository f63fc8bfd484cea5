import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Command, Report } from "../../src/web/training/protocol.ts";
import { recordsOf, requestOf, shortSetting } from "./browser.ts";
import { PipeBrowser } from "./pipe-browser.ts";

let browser: PipeBrowser;
beforeAll(async () => {
  browser = await PipeBrowser.start();
});
afterAll(() => browser.close());

type Tab = Awaited<ReturnType<PipeBrowser["open"]>>;

/** The page's globals, see `site/main.tsx`. */
interface SiteWindow {
  readonly reports: Report[];
  send(command: Command): void;
}

const command: Command = {
  ...{ type: "start", backend: "wasm" },
  request: requestOf({ ...shortSetting, trainSamples: 480, epochs: 2 }),
};
const STEPS = 120;

/** A tab in which a training has begun. */
async function training(): Promise<Tab> {
  const tab = await browser.open(inject("siteUrl"));
  await expect.poll(() => tab.evaluate(() => document.querySelector("h1") !== null, undefined)).toBe(true);
  await tab.evaluate((one) => (globalThis as unknown as SiteWindow).send(one), command);
  await expect.poll(() => stepsOf(tab)).toBeGreaterThan(2);
  return tab;
}

async function lossesOf(tab: Tab): Promise<number[]> {
  const reports = await tab.evaluate(() => (globalThis as unknown as SiteWindow).reports, undefined);
  return recordsOf(reports).flatMap((record) => (record.type === "step" ? [record.batch.loss] : []));
}

async function stepsOf(tab: Tab): Promise<number> {
  return (await lossesOf(tab)).length;
}

const statusOf = (tab: Tab) => tab.evaluate(() => document.querySelector(".run-status")!.textContent, undefined);

describe("a tab in the background", () => {
  it("trains on; frozen it stands still; in front again it shows all of it, with the losses of one in front", async () => {
    const inFront = await training();
    await expect.poll(() => stepsOf(inFront), { timeout: 100_000 }).toBe(STEPS);
    const expected = await lossesOf(inFront);

    const tab = await training();
    await browser.open("about:blank");
    await expect.poll(() => tab.evaluate(() => document.visibilityState, undefined)).toBe("hidden");
    const hidden = await stepsOf(tab);
    await expect.poll(() => stepsOf(tab)).toBeGreaterThan(hidden + 3);

    await tab.setLife("frozen");
    const frozen = await stepsOf(tab);
    expect(frozen).toBeLessThan(STEPS);
    await setTimeout(1000);
    expect(await stepsOf(tab)).toBe(frozen);

    await tab.setLife("active");
    await tab.show();
    await expect.poll(() => statusOf(tab), { timeout: 100_000 }).toContain(`2/2, ${STEPS / 2}/${STEPS / 2}`);
    await expect.poll(() => stepsOf(tab), { timeout: 100_000 }).toBe(STEPS);
    expect(await lossesOf(tab)).toEqual(expected);
  });
});
