import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser, inStatus, lossesOf, reported, reportsOf, requestOf, send, shortSetting } from "./browser.ts";

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await Browser.start();
  folder = await mkdtemp(join(tmpdir(), "camada-bad-input-"));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const NAMES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

describe("files that are no pictures", () => {
  it("are refused in a sentence that names file and bytes, and the embedded tenth still trains", async () => {
    const page = await browser.open("?lang=pt-BR");
    const paths = NAMES.map((name) => join(folder, name));
    for (const path of paths) await writeFile(path, "<!DOCTYPE html><p>Not found");
    await page.getByLabel("Origem dos dados").selectOption("files");
    await page.getByLabel(/Os quatro arquivos IDX/).setInputFiles(paths);
    await page.getByRole("button", { name: "Treinar" }).click();
    const alert = page.getByRole("alert");
    await alert.waitFor();
    const sentence = await alert.innerText();
    expect(sentence).toContain("train-images-idx3-ubyte não é um arquivo de imagens");
    expect(sentence).toContain('3c 21 44 4f ("<!DO")');
    await page.getByLabel("Origem dos dados").selectOption("page");
    await page.getByRole("button", { name: "Treinar" }).click();
    await reported(page, "record", '"totalSteps":2,');
    await expect.poll(() => alert.count()).toBe(0);
    await page.close();
  });

  it("and too few files are named", async () => {
    const page = await browser.open();
    await page.getByLabel("Where the data come from").selectOption("files");
    await page.getByLabel(/The four IDX files/).setInputFiles([join(folder, NAMES[1]!)]);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain(
      "train-images-idx3-ubyte or train-images-idx3-ubyte.gz",
    );
    await page.close();
  });

  it("and a server that has none is named, with the address", async () => {
    const page = await browser.open();
    await page.getByLabel("Where the data come from").selectOption("server");
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toMatch(/\/datasets\/mnist\/train-images-idx3-ubyte\.gz.*404/s);
    await page.close();
  });

  it("nor a checkpoint: the page says so, and the run that was paused goes on", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting), stretch: "step" });
    await inStatus(page, "paused");
    const path = join(folder, "weights.checkpoint");
    await writeFile(path, "not weights");
    await page.getByLabel("Open a file of weights").setInputFiles(path);
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("weights.checkpoint is no state of this training");
    await page.getByRole("button", { name: "Go on" }).click();
    await inStatus(page, "ended");
    expect(await lossesOf(page)).toHaveLength(16);
    await page.close();
  });
});

describe("pictures to classify", () => {
  it("may be of any size; what is no picture is said to be none", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting), stretch: "step" });
    await inStatus(page, "paused");
    const input = page.getByLabel("Open a picture");
    for (const [width, height] of [
      [1, 1],
      [3000, 2],
      [1200, 1600],
    ] as const) {
      const path = join(folder, `${width}x${height}.png`);
      await writeFile(path, encode({ width, height, channels: 1, data: new Uint8Array(width * height).fill(9) }));
      await input.setInputFiles(path);
      await page.waitForTimeout(300);
      expect(await page.getByRole("alert").count()).toBe(0);
    }
    const path = join(folder, "text.png");
    await writeFile(path, "no picture");
    await input.setInputFiles(path);
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toBe("text.png is no picture that this browser can open.");
    await page.close();
  });

  it("are drawn by keyboard, and the arrows move a pixel whose receptive field is outlined", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting), stretch: "step" });
    await inStatus(page, "paused");
    const answer = page.locator(".net-answer p");
    await expect.poll(() => answer.innerText()).toContain("(is 7)");
    await page.getByRole("application", { name: "Draw and classify" }).focus();
    await page.keyboard.press("Space");
    for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowDown");
    // A drawn picture has no class to compare with.
    await expect.poll(() => answer.innerText()).not.toContain("(is");
    const inspector = page.getByRole("application", { name: /^map 0/ });
    await page.getByRole("button", { name: /16 × 24 × 24/ }).click();
    await inspector.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    const field = page.locator(".net-picture .field");
    const box = () => field.evaluate((rect) => ["x", "y", "width", "height"].map((name) => rect.getAttribute(name)));
    // Two convolutions of 5 × 5 see 9 × 9 pixels, from where the pixel is.
    await expect.poll(box).toEqual(["1", "2", "9", "9"]);
    await page.close();
  });
});

describe("a browser without room", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.start();
  });
  afterAll(() => browser.close());

  it("is told of once; the training goes on, and the run that was kept before stays whole", async () => {
    const page = await browser.open();
    const session = await browser.context.newCDPSession(page);
    const { origin } = new URL(page.url());
    // Room for one state of 33 MB, weights and momentum, but not for the next one beside it.
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 50_000_000 });
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting), stretch: "step" });
    await reported(page, "saved", '"totalSteps":1,');
    await page.getByRole("button", { name: "Go on" }).click();
    await inStatus(page, "ended");
    expect(await lossesOf(page)).toHaveLength(16);
    const refusals = (await reportsOf(page)).filter((one) => one.type === "unsaved");
    expect(refusals.map(({ text }) => text.en)).toEqual([
      "The browser has no room to keep the training's state. The training goes on; export the weights so as not to lose them.",
    ]);
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    await page.reload();
    await page.getByRole("button", { name: "Resume the kept training" }).click();
    await inStatus(page, "paused");
    expect((await reportsOf(page)).find((one) => one.type === "plan")?.losses).toHaveLength(1);
    await page.close();
  });
});

describe("a browser whose user forbids pages to keep anything", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.start({ profile: { default_content_setting_values: { cookies: 2 } } });
  });
  afterAll(() => browser.close());

  it("is told of once; the training goes on, and its weights can be exported", async () => {
    const page = await browser.open();
    await send(page, { type: "start", backend: "wasm", request: requestOf(shortSetting) });
    await inStatus(page, "ended");
    expect(await lossesOf(page)).toHaveLength(16);
    const refusals = (await reportsOf(page)).filter((one) => one.type === "unsaved");
    expect(refusals.map(({ text }) => text.en)).toEqual([
      expect.stringMatching(
        /^The browser does not let this page keep the training's state \(\w+\)\. The training goes on;/,
      ),
    ]);
    expect(await page.getByRole("alert").innerText()).toBe(refusals[0]!.text.en);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export weights" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("camada-mnist-16.checkpoint");
    await page.close();
  });
});

describe("a narrow page", () => {
  it("needs no sideways scrolling at 320 pixels", async () => {
    const page = await browser.open();
    await page.setViewportSize({ width: 320, height: 640 });
    await send(page, { type: "start", backend: "wasm", request: requestOf({ ...shortSetting, epochs: 1 }) });
    await inStatus(page, "ended");
    await page.getByRole("table", { name: /Confusion matrix/ }).waitFor();
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overhang).toBe(0);
    await page.close();
  });
});
