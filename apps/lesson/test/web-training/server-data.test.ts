import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Browser, inStatus, lossesOf, requestOf, send, shortSetting } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await Browser.start();
});
afterAll(() => browser.close());

describe("files on the page's own server", () => {
  it("train as the same files do that come with the page", async () => {
    const files = fileURLToPath(new URL("../../data/mnist-tenth", import.meta.url));
    await cp(files, join(inject("siteFolder"), "datasets", "tenth"), { recursive: true });
    const page = await browser.open();
    const setting = { ...shortSetting, epochs: 1 };
    await send(page, { type: "start", backend: "wasm", request: requestOf(setting) });
    await inStatus(page, "ended");
    const losses = await lossesOf(page);
    await page.close();

    const again = await browser.open();
    const folder = `${inject("siteUrl")}datasets/tenth/`;
    await send(again, {
      type: "start",
      backend: "wasm",
      request: { ...requestOf(setting), data: { from: "server", folder } },
    });
    await inStatus(again, "ended");
    expect(losses).toHaveLength(8);
    expect(await lossesOf(again)).toEqual(losses);
    await again.close();
  });
});
