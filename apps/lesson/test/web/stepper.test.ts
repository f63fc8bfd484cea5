import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { useSite } from "./browser.ts";

const site = useSite();

const announced = (page: Page, place: string): Promise<string | null> =>
  page.locator(`${place} [data-announcement]`).first().textContent();

const position = (page: Page, place: string): Promise<string> =>
  page.evaluate((at) => {
    const grid = document.querySelector(`${at} [role=grid]`)!;
    const cell = grid.querySelector<HTMLTableCellElement>("[aria-selected=true]")!;
    const isFocused = document.activeElement === cell;
    return `${(cell.parentElement as HTMLTableRowElement).rowIndex},${cell.cellIndex}${isFocused ? " focused" : ""}`;
  }, place);

/** A key's effect is drawn before the next frame; on a busy machine that takes a moment. */
const expectPosition = (page: Page, wanted: string): Promise<void> =>
  expect.poll(() => position(page, "#T2"), { timeout: 10_000 }).toBe(wanted);

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

describe("the stepper of T2, by keyboard alone", () => {
  it("is reached with Tab, moves with arrows, Home and End, and says products and sum", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    // From the contents to the cell, then on with Tab to its output.
    await page.locator(".side a", { hasText: "One window" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("#T2 [data-verdict=equal]");
    for (let i = 0; i < 10 && !(await position(page, "#T2")).endsWith("focused"); i++) await page.keyboard.press("Tab");
    await expectPosition(page, "0,0 focused");
    expect(await announced(page, "#T2")).toBe("Output, row 1, column 1: 0 × 0 + 1 × 1 + 3 × 2 + 4 × 3 = 19");
    await press(page, "ArrowRight");
    expect(await announced(page, "#T2")).toBe("Output, row 1, column 2: 1 × 0 + 2 × 1 + 4 × 2 + 5 × 3 = 25");
    await press(page, "ArrowDown");
    await expectPosition(page, "1,1 focused");
    expect(await announced(page, "#T2")).toContain("= 43");
    await press(page, "ArrowDown", "ArrowRight", "Home");
    await expectPosition(page, "1,0 focused");
    expect(await announced(page, "#T2")).toContain("= 37");
    await press(page, "End");
    await expectPosition(page, "1,1 focused");
    await press(page, "Control+Home");
    await expectPosition(page, "0,0 focused");
    expect(await page.locator("#T2 .equation").textContent()).toBe("0×0 + 1×1 + 3×2 + 4×3 = 19");
    await page.close();
  });

  it("plays with Space, and stands still before and after", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.locator("#T2").scrollIntoViewIfNeeded();
    await page.waitForSelector("#T2 [data-verdict=equal]");
    await page.locator("#T2 [role=gridcell][tabindex='0']").focus();
    await page.clock.install();
    await page.clock.runFor(5_000);
    await expectPosition(page, "0,0 focused");
    await press(page, "Space");
    expect(await page.locator("#T2 [aria-pressed=true]").textContent()).toBe("Pause");
    await page.clock.runFor(1_200);
    await expectPosition(page, "0,1 focused");
    await press(page, "Space");
    await page.clock.runFor(5_000);
    await expectPosition(page, "0,1 focused");
    await page.close();
  });

  it("computes the reader's own numbers with the library, and puts the lesson's back", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.locator("#T2").scrollIntoViewIfNeeded();
    await page.waitForSelector("#T2 [data-verdict=equal]");
    await page.locator("#T2").getByRole("button", { name: "Edit values" }).click();
    const field = page.getByLabel("Input, row 1, column 2").first();
    await field.fill("-2,5");
    await field.press("Tab");
    await page.locator("#T2 .equation", { hasText: "(-2.5)×1" }).waitFor();
    expect(await page.locator("#T2 .equation").textContent()).toBe("0×0 + (-2.5)×1 + 3×2 + 4×3 = 15.5");
    expect(await page.locator("#T2 .loop-check").textContent()).toContain("4 of 4 outputs agree");
    await field.fill("much");
    await field.press("Tab");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await page.locator("#T2").getByRole("button", { name: "The lesson's values" }).click();
    expect(await page.locator("#T2 .equation").textContent()).toBe("0×0 + 1×1 + 3×2 + 4×3 = 19");
    await page.close();
  });
});

describe("other steppers", () => {
  it("T3 adds the partial sums of two channels: 37 + 19 = 56", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.locator("#T3").scrollIntoViewIfNeeded();
    await page.waitForSelector("#T3 [data-verdict=equal]");
    const lines = await page.locator("#T3 .equation p").allTextContents();
    expect(lines.at(-1)).toBe("sum: 37 + 19 = 56");
    await page.close();
  });

  it("T9 hatches the pixels that no window reads", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.locator("#T9").scrollIntoViewIfNeeded();
    await page.waitForSelector("#T9 [data-verdict=equal]");
    expect(await page.locator("#T9 .is-unread").allTextContents()).toEqual(
      ["3", "4", "5"].map((value) => `${value} never read`),
    );
    await page.close();
  });
});

describe("the lab", () => {
  it.each([
    // Height ⌊(7 + 2 − 1 − 2·2) / 2⌋ + 1 = 3, width ⌊(9 + 0 − 4 − 0) / 3⌋ + 1 = 2.
    [
      "&lab.height=7&lab.width=9&lab.kernelHeight=3&lab.kernelWidth=4&lab.paddingHeight=1&lab.strideHeight=2&lab.strideWidth=3&lab.dilationHeight=2",
      "(1, 3, 2)",
    ],
    ["&lab.inputChannels=3&lab.outputChannels=4", "(4, 5, 5)"],
    ["&lab.kernelHeight=1&lab.kernelWidth=7", "(1, 7, 1)"],
  ])("gives the sizes of %s", async (settings, size) => {
    const page = await site.open({ hash: `#v=1&lang=en&screen=lab${settings}` });
    expect(await page.locator("[data-lab-size]").textContent()).toBe(size);
    expect(await page.locator(".loop-check").textContent()).toMatch(/^✓/);
    await page.close();
  });

  it("explains a kernel that does not fit, and goes on once it does", async () => {
    const page = await site.open({ hash: "#v=1&lang=en&screen=lab&lab.height=2" });
    expect(await page.getByRole("alert").textContent()).toBe(
      "In height, the kernel with its dilation measures 3 and the picture with padding only 2: no window fits.",
    );
    await page.fill("#lab-window-paddingHeight", "1");
    await page.waitForSelector("[data-lab-size]");
    expect(await page.locator("[data-lab-size]").textContent()).toBe("(1, 2, 5)");
    await page.close();
  });

  it("takes a drawn picture and keeps it in the address", async () => {
    const page = await site.open({
      hash: "#v=1&lang=en&screen=lab&lab.kernel=identity&lab.height=3&lab.width=3&lab.kernelHeight=1&lab.kernelWidth=1",
    });
    await page.getByRole("button", { name: "Clear" }).click();
    await page.locator(".pad").click({ position: { x: 5, y: 5 } });
    await page.waitForURL(/lab\.x=9_0_0_0_0_0_0_0_0/);
    await page.waitForFunction(() => document.querySelector(".equation")?.textContent === "9×1 = 9");
    const copy = await site.open({ hash: new URL(page.url()).hash });
    await copy.waitForSelector(".equation");
    expect(await copy.locator(".equation").textContent()).toBe("9×1 = 9");
    await page.close();
    await copy.close();
  });

  it("takes a picture file, and explains a file that is none", async () => {
    const page = await site.open({
      hash: "#v=1&lang=en&screen=lab&lab.height=2&lab.width=2&lab.kernelHeight=1&lab.kernelWidth=1&lab.kernel=identity",
    });
    const field = page.locator("input[type=file]");
    await field.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
    expect(await page.getByRole("alert").textContent()).toBe(
      "expected a picture that this browser can open, got notes.txt",
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"><rect width="600" height="600"/><rect width="300" height="600" fill="#fff"/></svg>`;
    const png = await page.evaluate(async (source) => {
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(source)}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [600, 600];
      canvas.getContext("2d")!.drawImage(image, 0, 0);
      return canvas.toDataURL("image/png").split(",")[1]!;
    }, svg);
    await field.setInputFiles({ name: "half.png", mimeType: "image/png", buffer: Buffer.from(png, "base64") });
    await page.waitForURL(/lab\.x=[89]_[01]_[89]_[01]/);
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.close();
  });
});
