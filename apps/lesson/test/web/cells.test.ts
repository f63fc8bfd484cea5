import { readFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { recordedPadding } from "../../src/recorded/padding-cell.ts";
import { runEverything, useSite } from "./browser.ts";

const site = useSite();
const PROGRAM = fileURLToPath(new URL("../../bin/camada.js", import.meta.url));

const VERDICTS = {
  T1: "equal",
  K1: "compatible",
  K2: "compatible",
  T2: "equal",
  T3: "equal",
  T4: "equal",
  T5: "equal",
  T6: "equal",
  T7: "equal",
  K4: "equal",
  T8: "equal",
  K5: "equal",
  K6: "equal",
  T9: "equal",
  K7: "equal",
  T10: "equal",
};

function verdicts(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const found = [...document.querySelectorAll<HTMLElement>("[data-verdict]")];
    return Object.fromEntries(found.map((one) => [one.closest("article")!.id, one.dataset["verdict"]!]));
  });
}

describe.each(["wasm", "js", "webgpu"])("on %s", (backend) => {
  let page: Page;
  beforeAll(async () => {
    page = await site.open({ hash: `#v=1&lang=en&backend=${backend}` });
    await runEverything(page);
  });

  it("every cell has its verdict", async () => {
    expect(await verdicts(page)).toEqual(VERDICTS);
  });

  it("K4 prints the notebook's four arrays, character for character", async () => {
    const printed = await page.locator("#K4 .output-array pre").allTextContents();
    // The notebook's machine had no GPU; an array says where it is.
    const here = backend === "webgpu" ? "@gpu(0)" : "@cpu(0)";
    expect(printed).toEqual(Object.values(recordedPadding).map(({ text }) => text.replace("@cpu(0)", here)));
    // A GPU may fuse a product and a sum, which rounds once in place of twice.
    const agreement = backend === "webgpu" ? "within 1e-7" : "identical to the notebook's";
    expect(await page.locator("#K4 .verdict").textContent()).toContain(`54 values, ${agreement}`);
  });

  // The command line does not compute on WebGPU.
  if (backend === "webgpu") return;
  it("the page and the command line give the same JSON", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save results (JSON)" }).click(),
    ]);
    const ofPage = comparable(await readFile(await download.path(), "utf8"));
    const ids = Object.keys(VERDICTS);
    const options = ["--backend", "cpu", "--engine", backend, "--lang", "en", "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...options, "run", ...ids], {
      maxBuffer: 2 ** 26,
    });
    const ofProgram = comparable(stdout);
    expect(ofPage.map(({ id }) => id)).toEqual(ids);
    for (const [i, cell] of ofPage.entries()) expect(cell).toEqual(ofProgram[i]);
  });
});

interface CellJson {
  readonly id: string;
  readonly durationMs?: number;
}

/** The cells of a document, without times. Of K2 no more than its name: a machine may have all of its data, or a tenth. */
function comparable(json: string): CellJson[] {
  const { cells } = JSON.parse(json) as { readonly cells: readonly CellJson[] };
  return cells.map((cell) => {
    const { durationMs: _, ...rest } = cell;
    return cell.id === "K2" ? { id: cell.id } : rest;
  });
}

describe("changed parameters", () => {
  it("K6 follows its kernel, and is compared with the formula alone", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.click("#K6 .run");
    await page.waitForSelector("#K6 [data-verdict=equal]");
    await page.fill("#K6-kernelHeight", "4");
    await page.locator("#K6 .shapes", { hasText: "(8, 8) → (9, 8)" }).waitFor();
    expect(await page.locator("#K6 .verdict").textContent()).toContain("the values were changed");
    expect(await page.locator("#K6 .recorded").count()).toBe(0);
    await page.locator("#K6").getByRole("button", { name: "The lesson's values", exact: true }).first().click();
    await page.locator("#K6 .shapes", { hasText: "(8, 8) → (8, 8)" }).waitFor();
    await page.close();
  });

  it("a value out of bounds is marked, and not taken", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.waitForSelector("#T1 [data-verdict=equal]");
    const field = page.locator("#T1-units");
    await field.fill("5000");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await page.locator("#T1 .output-table thead").textContent()).toContain("Dense(84)");
    await field.blur();
    expect(await field.inputValue()).toBe("84");
    await page.close();
  });

  it("K4 draws again from a seed, beside the notebook's numbers", async () => {
    const page = await site.open({ hash: "#v=1&lang=en&seed=7" });
    await page.click("#K4 .run");
    await page.waitForSelector("#K4 [data-output=K4-again-paddedOutput]");
    expect(await page.locator("#K4 .output-array").count()).toBe(8);
    await page.close();
  });
});

describe("K3 and K8", () => {
  it.each(["K3", "K8"])("%s shows what was recorded, and leads to the screen Training", async (id) => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    expect(await page.locator(`#${id} .recorded pre`).textContent()).toContain("epoch 1");
    await page.locator(`#${id}`).getByRole("link", { name: "Open the screen Training" }).click();
    await page.getByRole("heading", { level: 1, name: "Training" }).waitFor();
    expect(new URL(page.url()).hash).toBe("#v=1&screen=training&lang=en");
    await page.close();
  });
});
