import { describe, expect, it } from "vitest";
import { useSite } from "./browser.ts";

const site = useSite();
const CELLS = 18;

describe("cells below the first ones", () => {
  it("are all there soon after the page computes, and keep what is above them in its place", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    const top = await page.locator("#K1").evaluate((cell) => cell.getBoundingClientRect().top);
    await page.waitForFunction((count) => document.querySelectorAll(".cell").length === count, CELLS);
    expect(await page.locator(".cell").last().getAttribute("id")).toBe("K8");
    expect(await page.locator("#K1").evaluate((cell) => cell.getBoundingClientRect().top)).toBe(top);
    await page.close();
  });

  it("are there at once for an address that leads to one of them", async () => {
    const page = await site.open({ hash: "#v=1&lang=en&cell=K6" });
    await page.waitForSelector("#K6");
    expect(await page.locator(".cell").count()).toBe(CELLS);
    await page.close();
  });

  it("are there when the page is loaded again, where the reader was", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.locator("#K5").evaluate((cell) => cell.scrollIntoView());
    const before = await page.evaluate(() => scrollY);
    expect(before).toBeGreaterThan(1000);
    await page.reload();
    await page.waitForSelector(".chip-ready");
    // Results above may be longer or shorter than before they were computed.
    await page.waitForFunction((position) => Math.abs(scrollY - position) < innerHeight, before);
    await page.close();
  });

  it("are there for a cell that is picked from the contents as soon as these can be seen", async () => {
    const page = await site.context.newPage();
    await page.goto(`${site.address}#v=1&lang=en`, { waitUntil: "commit" });
    await page.locator('.side a[href="#v=1&cell=K8"]').click();
    await page.waitForFunction(() => document.activeElement?.id === "K8-title");
    expect(await page.locator(".cell").count()).toBe(CELLS);
    await page.close();
  });
});
