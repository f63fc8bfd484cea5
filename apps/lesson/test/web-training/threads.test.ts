import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Browser, inStatus, lossesOf, reportsOf, requestOf, send, shortSetting } from "./browser.ts";
import { serveFolder } from "./serve-folder.ts";

let browser: Browser;
let isolated: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  browser = await Browser.start();
  isolated = await serveFolder(inject("siteFolder"), "/isolated/", true);
});
afterAll(async () => {
  await browser.close();
  await isolated.close();
});

describe("a page that is cross-origin isolated", () => {
  it("trains on several threads, with the very losses of one thread", async () => {
    const setting = { ...shortSetting, batchSize: 32, trainSamples: 256, epochs: 1 };
    const results: { readonly threads: number | undefined; readonly losses: number[] }[] = [];
    for (const url of [inject("siteUrl"), isolated.url]) {
      const page = await browser.open("", url);
      await send(page, { type: "start", backend: "wasm", request: requestOf(setting) });
      await inStatus(page, "ended");
      const info = (await reportsOf(page)).find((one) => one.type === "backend")?.info;
      results.push({ threads: info?.threads, losses: await lossesOf(page) });
      await page.close();
    }
    const [one, several] = results;
    expect(one?.threads).toBe(1);
    expect(several?.threads).toBeGreaterThan(1);
    expect(one?.losses).toHaveLength(8);
    expect(several?.losses).toEqual(one?.losses);
  });
});
