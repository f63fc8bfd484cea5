import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser, inStatus, lossesOf, reportsOf, requestOf, send, shortSetting } from "./browser.ts";

/** A GPU that the CPU plays takes seconds for a step where others use the machine too. */
const SLOWLY = { timeout: 400_000 };
const setting = { ...shortSetting, epochs: 1, batchSize: 4, trainSamples: 48 };
const STEPS = 12;

let browser: Browser;
beforeAll(async () => {
  browser = await Browser.start();
});
afterAll(() => browser.close());

/** What tfjs's engine, a global of the worker, computes with. */
interface Engine {
  readonly backendInstance: { readonly gpgpu?: { readonly gl: WebGL2RenderingContext }; readonly device?: GPUDevice };
}

/** Takes the device away from the worker that trains, as a driver does that fails. */
async function loseDevice(page: Page): Promise<void> {
  const [worker] = page.workers();
  await worker!.evaluate(() => {
    const { gpgpu, device } = (globalThis as unknown as { readonly _tfengine: Engine })._tfengine.backendInstance;
    if (gpgpu !== undefined) gpgpu.gl.getExtension("WEBGL_lose_context")!.loseContext();
    else device!.destroy();
  });
}

/** Steps of the page's run that are in no kept state. */
async function unsavedSteps(page: Page): Promise<number> {
  const saved = (await reportsOf(page)).findLast((one) => one.type === "saved");
  return (await lossesOf(page)).length - (saved?.summary.totalSteps ?? 0);
}

describe.each(["webgl", "webgpu"] as const)("training on %s whose device is lost", (backend) => {
  it("keeps the last state, says so, and goes on with WASM from there", SLOWLY, async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend, request: requestOf(setting), stretch: "step" });
    await inStatus(page, "paused", SLOWLY.timeout);
    await page.getByRole("button", { name: "Go on" }).click();
    await expect.poll(() => unsavedSteps(page), SLOWLY).toBeGreaterThan(1);
    await loseDevice(page);

    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toContain("The browser lost the graphics card in the middle of the training.");
    const before = await lossesOf(page);
    expect(before.length).toBeLessThan(STEPS);

    await page.getByRole("button", { name: "Go on with WASM" }).click();
    await inStatus(page, "paused", SLOWLY.timeout);
    expect(await alert.count()).toBe(0);
    const kept = (await reportsOf(page)).findLast((one) => one.type === "plan")!.losses.map(({ loss }) => loss);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(before.slice(0, kept.length));
    await page.getByRole("button", { name: "Go on" }).click();
    await inStatus(page, "ended", SLOWLY.timeout);

    const after = (await lossesOf(page)).slice(before.length);
    expect(kept.length + after.length).toBe(STEPS);
    // The step after the kept one was taken on the GPU before, and now from the very weights and momentum on the CPU.
    expect(Math.abs(after[0]! - before[kept.length]!) / after[0]!).toBeLessThan(1e-5);
    const backends = (await reportsOf(page)).flatMap((one) => (one.type === "backend" ? [one.info.engine] : []));
    expect(backends.at(-1)).toBe("wasm");
    await page.close();
  });
});
