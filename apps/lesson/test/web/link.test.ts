import { describe, expect, it } from "vitest";
import { useSite } from "./browser.ts";

const site = useSite();

describe("the address", () => {
  it("keeps parameters, seed, language, backend and screen, and gives them back elsewhere", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.fill("#K5-kernelSize", "5");
    await page.fill(".toolbar input", "12");
    await page.locator(".toolbar input").blur();
    await page.getByRole("button", { name: "Português" }).click();
    await page.getByRole("link", { name: "Backends" }).click();
    await page.getByLabel("JavaScript").check();
    await page.waitForSelector(".chip-ready[title$=JavaScript]");
    // Changes that follow each other closely are written a moment later.
    await page.waitForURL(/backend=js/);
    const { hash } = new URL(page.url());
    expect([...new URLSearchParams(hash.slice(1))]).toEqual([
      ["v", "1"],
      ["screen", "backends"],
      ["lang", "pt-BR"],
      ["backend", "js"],
      ["seed", "12"],
      ["K5.kernelSize", "5"],
    ]);
    const copy = await site.open({ hash });
    expect(await copy.locator("h1").textContent()).toBe("Onde a página calcula");
    expect(await copy.locator(".chip").getAttribute("title")).toBe("Calcula com JavaScript");
    await copy.getByRole("link", { name: "Aula" }).click();
    expect(await copy.locator("#K5-kernelSize").inputValue()).toBe("5");
    expect(await copy.locator(".toolbar input").inputValue()).toBe("12");
    await page.close();
    await copy.close();
  });

  it("takes a seed that is typed while cells compute", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    const seed = page.locator(".toolbar input");
    await seed.fill("12");
    // Its result draws the page anew, and the field keeps its focus.
    await page.locator("#K1 .run").evaluate((button: HTMLElement) => button.click());
    await page.waitForSelector("#K1 [data-verdict]");
    expect(await seed.inputValue()).toBe("12");
    await seed.blur();
    await page.waitForURL(/seed=12/);
    await page.close();
  });

  it("leads to a cell", async () => {
    const page = await site.open({ hash: "#v=1&lang=en&cell=K6" });
    await page.waitForFunction(() => document.activeElement?.id === "K6-title");
    const top = await page.locator("#K6").evaluate((cell) => cell.getBoundingClientRect().top);
    expect(Math.abs(top)).toBeLessThan(300);
    await page.locator(".side a", { hasText: "Padding, digit for digit" }).click();
    await page.waitForURL("**/#v=1&cell=K4&lang=en");
    expect(await page.locator(".side a", { hasText: "digit for digit" }).getAttribute("href")).toBe("#v=1&cell=K4");
    await page.close();
  });

  it("goes back and forth with the browser's buttons", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await page.getByRole("link", { name: "Lab" }).click();
    await page.getByRole("heading", { level: 1, name: "Convolution lab" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Convolutional layers, live" }).waitFor();
    await page.goForward();
    await page.getByRole("heading", { level: 1, name: "Convolution lab" }).waitFor();
    expect(new URL(page.url()).hash).toBe("#v=1&screen=lab&lang=en");
    await page.close();
  });

  it.each([
    ["pt-BR", "Camadas convolucionais, ao vivo"],
    ["pt-PT", "Camadas convolucionais, ao vivo"],
    ["en-GB", "Convolutional layers, live"],
    ["ja", "Convolutional layers, live"],
  ])("without a language follows the browser's %s", async (locale, title) => {
    const page = await site.open({ locale });
    expect(await page.locator("h1").textContent()).toBe(title);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.startsWith("pt") ? "pt-BR" : "en");
    await page.close();
  });
});

describe("hostile addresses", () => {
  it.each([
    ["#v=1&K5.kernelSize=banana", "K5.kernelSize: expected an integer from 1 to 8, got banana"],
    ["#v=1&K5.kernelSize=1e99", "K5.kernelSize: expected an integer from 1 to 8, got 1e99"],
    ["#v=1&lab.width=999999999", "lab.width: expected an integer from 1 to 16, got 999999999"],
    ["#v=1&lab.picture=constructor", "lab.picture: expected one of cross, disc"],
    ["#v=1&K5.__proto__=1", "K5.__proto__: expected one of kernelSize, padding, got 1"],
    ["#v=1&__proto__.x=1", "__proto__.x: expected a known name, got 1"],
    ["#v=1&screen=admin", "screen: expected one of lesson, lab, training, backends, got admin"],
    ["#v=1&backend=<script>alert(1)</script>", "backend: expected one of auto,"],
    ["#v=1&seed=-1", "seed: expected an integer from 0 to 4294967295, got -1"],
    ["#v=2&screen=lab", "#: expected an address that begins with v=1, got v=2&screen=lab"],
    ["#%E0%A4%A", "#: expected an address that begins with v=1"],
    [`#v=1&lab.x=${"9_".repeat(15_000)}`, "#: expected at most 20000 characters, got 30010"],
    [`#v=1&lab.x=${"9_".repeat(2_000)}9`, "lab.x: expected up to 768 numbers up to a million"],
  ])("%.60s is explained, and the page works", async (hash, sentence) => {
    const page = await site.open({ hash });
    const notice = page.locator("main > .notice");
    expect(await notice.locator("li").first().textContent()).toContain(sentence);
    await page.waitForSelector("#T1 [data-verdict=equal]");
    await notice.getByRole("button", { name: "Close" }).click();
    expect(await notice.count()).toBe(0);
    await page.close();
  });

  it("what is right beside what is wrong stands", async () => {
    const page = await site.open({ hash: "#v=1&lang=pt-BR&K5.kernelSize=4&K5.padding=77" });
    expect(await page.locator("main > .notice li").textContent()).toContain("esperava um inteiro de 0 a 4, recebeu 77");
    expect(await page.locator("#K5-kernelSize").inputValue()).toBe("4");
    expect(await page.locator("#K5-padding").inputValue()).toBe("1");
    await page.close();
  });
});
