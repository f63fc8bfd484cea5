import { fileURLToPath } from "node:url";
import { cpu } from "@camada/backend-cpu";
import { MNIST, openDataset } from "@camada/datasets";
import { folder } from "@camada/datasets/node";
import { useBackend } from "@camada/tensor";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareTraining } from "../../src/training/lesson-training.ts";
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
  takeLongTasks,
} from "./browser.ts";

/** Plain JavaScript takes seconds for a picture. */
const fewPictures = { ...shortSetting, batchSize: 2, trainSamples: 2 };

/** A GPU that the CPU plays takes seconds for a step where others use the machine too. */
const SLOWLY = { timeout: 400_000 };

/** The first loss of {@link fewPictures} without a browser: one for all that are compared with it. */
const lossInNode = once(firstLossInNode);

let browser: Browser;
beforeAll(async () => {
  browser = await Browser.start();
});
afterAll(() => browser.close());

describe("training in a worker, minified", () => {
  it.each(["wasm", "webgl", "webgpu"] as const)(
    "begins on %s with the loss of the JavaScript engine, to 1e-6",
    async (backend) => {
      const page = await browser.open();
      await send(page, { type: "start", backend, request: requestOf(fewPictures), stretch: "step" });
      await inStatus(page, "paused");
      const [loss] = await lossesOf(page);
      await page.close();
      const expected = await lossInNode();
      expect(loss).toBeGreaterThan(2);
      expect(Math.abs(loss! - expected) / expected).toBeLessThan(1e-6);
    },
  );

  it("lets the loss fall, measures the epoch, and gives a verdict", async () => {
    const page = await browser.open();
    const setting = {
      ...shortSetting,
      optimizer: "adam",
      learningRate: 0.002,
      epochs: 1,
      batchSize: 16,
      trainSamples: 1920,
    } as const;
    await send(page, { type: "start", backend: "wasm", request: requestOf(setting) });
    await inStatus(page, "ended");
    const losses = await lossesOf(page);
    const reports = await reportsOf(page);
    expect(losses).toHaveLength(120);
    const mean = (some: readonly number[]): number => some.reduce((sum, loss) => sum + loss, 0) / some.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.5 * mean(losses.slice(0, 10)));
    const epoch = recordsOf(reports).find((record) => record.type === "epoch")!;
    expect(epoch.test?.samples).toBe(16);
    const verdict = reports.find((one) => one.type === "verdict")!;
    expect(verdict.verdict.kind).toBe("not-comparable");
    expect(reports.find((one) => one.type === "backend")?.info.engine).toBe("wasm");
    await page.getByRole("table", { name: /Confusion matrix/ }).waitFor();
    await page.close();
  });

  it.each([
    ["webgl", { batchSize: 8, trainSamples: 32 }],
    // Software takes several times as long for it.
    ["webgpu", { batchSize: 4, trainSamples: 4, testSamples: 4 }],
  ] as const)("lets the loss fall on %s too, in the worker", SLOWLY, async (backend, sizes) => {
    const page = await browser.open();
    const setting = { ...shortSetting, ...sizes, optimizer: "adam", learningRate: 0.002, epochs: 8 } as const;
    await send(page, { type: "start", backend, request: requestOf(setting) });
    await inStatus(page, "ended", SLOWLY.timeout);
    const losses = await lossesOf(page);
    expect(losses).toHaveLength((8 * sizes.trainSamples) / sizes.batchSize);
    const mean = (some: readonly number[]): number => some.reduce((sum, loss) => sum + loss, 0) / some.length;
    expect(mean(losses.slice(-4))).toBeLessThan(0.9 * mean(losses.slice(0, 4)));
    const started = (await reportsOf(page)).find((one) => one.type === "backend");
    expect(started?.info.tfBackend).toBe(`camada-${backend}`);
    await page.close();
  });

  it("takes another learning rate from the next step on, and says so in every record", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting), stretch: "step" });
    await inStatus(page, "paused");
    await page.getByLabel("Learning rate").last().fill("0.01");
    await page.getByRole("button", { name: "Use", exact: true }).click();
    await page.getByRole("button", { name: "One step" }).click();
    await expect.poll(async () => (await lossesOf(page)).length).toBe(2);
    const rates = recordsOf(await reportsOf(page)).flatMap((one) => (one.type === "step" ? [one.learningRate] : []));
    expect(rates).toEqual([0.1, 0.01]);
    await page.close();
  });

  it("pauses after an epoch, and stops with its state kept", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting), stretch: "epoch" });
    await inStatus(page, "paused");
    expect(await lossesOf(page)).toHaveLength(8);
    await page.getByRole("button", { name: "Stop" }).click();
    await inStatus(page, "ended");
    expect(recordsOf(await reportsOf(page)).at(-1)).toMatchObject({ type: "end", reason: "aborted", epoch: 1 });
    await page.getByRole("button", { name: "Resume the kept training" }).click();
    await inStatus(page, "paused");
    await page.getByRole("button", { name: "Go on" }).click();
    await inStatus(page, "ended");
    expect(await lossesOf(page)).toHaveLength(16);
    await page.close();
  });

  it("never blocks the page for 50 ms while it trains, draws curves and classifies", async () => {
    const page = await browser.open();
    const setting = { ...shortSetting, trainSamples: 3000, epochs: 4 };
    await send(page, { type: "start", backend: "wasm", request: requestOf(setting) });
    await reported(page, "record", '"step":12,');
    // A busy machine makes any task look long at times; work that blocks does so in every stretch.
    const stretches: number[][] = [];
    for (let i = 0; i < 3; i++) {
      await takeLongTasks(page);
      await draw(page);
      await page.waitForTimeout(2500);
      stretches.push(await takeLongTasks(page));
      if (stretches.at(-1)!.length === 0) break;
    }
    expect(stretches.at(-1)).toEqual([]);
    await page.close();
  });

  it("asked nothing of another origin, and broke no rule of the page's policy", () => {
    expect(browser.complaints).toEqual([]);
  });
});

/** Draws a stroke on the pad with the mouse. */
async function draw(page: Page): Promise<void> {
  const pad = page.getByRole("application", { name: "Draw and classify" });
  await pad.scrollIntoViewIfNeeded();
  const box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + 90, box.y + 60);
  await page.mouse.down();
  for (let i = 0; i < 20; i++) await page.mouse.move(box.x + 90 + 5 * i, box.y + 60 + 8 * i);
  await page.mouse.up();
}

/** The first loss of the same run on another engine, in this process. */
async function firstLossInNode(): Promise<number> {
  await useBackend(cpu({ engine: "js" }));
  const path = fileURLToPath(new URL("../../data/mnist-tenth", import.meta.url));
  const data = await openDataset(MNIST, { sources: [folder(path)] });
  const training = prepareTraining(fewPictures, data, { signal: { aborted: false } });
  try {
    for await (const record of training.run) if (record.type === "step") return record.batch.loss;
    throw new Error("the run took no step");
  } finally {
    await training.dispose();
  }
}

function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= compute());
}
