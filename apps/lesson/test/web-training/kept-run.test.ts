import { readFile } from "node:fs/promises";
import { decodeCheckpoint } from "@camada/training";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settingOf } from "../../src/training/lesson-training.ts";
import {
  Browser,
  inStatus,
  lossesOf,
  recordsOf,
  reported,
  reportsOf,
  requestOf,
  send,
  shortSetting,
} from "./browser.ts";

let browser: Browser;
/** An uninterrupted run's losses and epochs. */
let whole: { readonly losses: number[]; readonly epochs: (readonly [number, number])[] };

beforeAll(async () => {
  browser = await Browser.start();
  const page = await browser.open();
  await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting) });
  await inStatus(page, "ended");
  whole = await ran(page);
  await page.close();
});
afterAll(() => browser.close());

describe("a kept run", () => {
  it("goes on after steps, a pause and a reload with exactly the losses of an uninterrupted run", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting), stretch: "step" });
    await inStatus(page, "paused");
    await page.getByRole("button", { name: "One step" }).click();
    await expect.poll(async () => (await lossesOf(page)).length).toBe(2);
    await page.getByRole("button", { name: "Go on" }).click();
    await reported(page, "record", '"totalSteps":5,');
    await page.getByRole("button", { name: "Pause" }).click();
    await inStatus(page, "paused");
    const before = await lossesOf(page);
    await reported(page, "saved", `"totalSteps":${before.length},`);
    await page.reload();
    await page.getByText("State kept in this browser").waitFor();
    await page.getByRole("button", { name: "Resume the kept training" }).click();
    await inStatus(page, "paused");
    await page.getByRole("button", { name: "Go on" }).click();
    await inStatus(page, "ended");
    const after = await ran(page);
    expect([...before, ...after.losses]).toEqual(whole.losses);
    expect(after.epochs).toEqual(whole.epochs);
    await page.close();
  });

  it("goes on from its last kept state when the page is closed in the middle", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting) });
    await reported(page, "saved", '"epoch":1,');
    await reported(page, "record", '"totalSteps":10,');
    await page.close();
    const next = await browser.open();
    await next.getByRole("button", { name: "Resume the kept training" }).click();
    await inStatus(next, "paused");
    const { losses: steps } = (await reportsOf(next)).find((one) => one.type === "plan")!;
    await next.getByRole("button", { name: "Go on" }).click();
    await inStatus(next, "ended");
    const after = await ran(next);
    expect(steps.length).toBeGreaterThanOrEqual(8);
    expect([...steps.map(({ loss }) => loss), ...after.losses]).toEqual(whole.losses);
    await next.close();
  });

  it("is exported as a checkpoint of @camada/training, and goes on from that file", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting), stretch: "epoch" });
    await inStatus(page, "paused");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export weights" }).click(),
    ]);
    const path = await file.path();
    const checkpoint = decodeCheckpoint(await readFile(path), "exported");
    expect(settingOf(checkpoint, "exported")).toEqual(shortSetting);
    expect(checkpoint.progress.totalSteps).toBe(8);
    expect(Object.values(checkpoint.net).reduce((sum, { data }) => sum + data.length, 0)).toBe(4_083_626);
    const [history] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export history" }).click(),
    ]);
    const content = JSON.parse(await readFile(await history.path(), "utf8")) as {
      readonly steps: readonly { readonly loss: number }[];
      readonly epochs: readonly unknown[];
    };
    expect(content.steps.map(({ loss }) => loss)).toEqual(whole.losses.slice(0, 8));
    expect(content.epochs).toHaveLength(1);
    await page.reload();
    await page.getByLabel("Open a file of weights").setInputFiles(path);
    await inStatus(page, "paused");
    await page.getByRole("button", { name: "Go on" }).click();
    await inStatus(page, "ended");
    expect((await ran(page)).losses).toEqual(whole.losses.slice(8));
    await page.close();
  });
});

/** What a page's run has come to. */
async function ran(page: Parameters<typeof lossesOf>[0]): Promise<typeof whole> {
  const records = recordsOf(await reportsOf(page));
  const end = records.find((record) => record.type === "end");
  const epochs = (end?.history ?? []).map(({ train, test }) => [train.loss, test!.loss] as const);
  return { losses: await lossesOf(page), epochs };
}
