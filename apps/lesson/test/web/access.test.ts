import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { runEverything, useSite } from "./browser.ts";

const site = useSite();
const AXE = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));

/** What axe finds wrong: the rule, and the first elements. */
async function violations(page: Page): Promise<string[]> {
  // The page's policy lets no script in but its own; the one of the tests goes around it.
  await page.evaluate(await readFile(AXE, "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      readonly axe: {
        run(options: object): Promise<{
          readonly violations: readonly {
            readonly id: string;
            readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
          }[];
        }>;
      };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await axe.run({ runOnly: { type: "tag", values: tags } });
    return found.violations.map(({ id, nodes }) => {
      return `${id} (${nodes.length}): ${nodes
        .slice(0, 2)
        .map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`)
        .join(" | ")}`;
    });
  });
}

const SCREENS = ["lesson", "lab", "training", "backends"] as const;

describe.each(["light", "dark"] as const)("axe, %s", (scheme) => {
  describe.each(["en", "pt-BR"] as const)("in %s", (language) => {
    it.each(SCREENS)("finds nothing on the screen %s", async (screen) => {
      const page = await site.open({ hash: `#v=1&lang=${language}&screen=${screen}`, scheme });
      if (screen === "lesson") await runEverything(page);
      if (screen === "lab") {
        await page.waitForSelector(".stepper");
        await page.locator(".stepper-controls button", { hasText: language === "en" ? "Edit" : "Editar" }).click();
      }
      if (screen === "backends") {
        await page.locator(".backends .primary").click();
        await page.waitForSelector("[data-agreement]");
      }
      await page.waitForSelector("h1");
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  });

  it("finds nothing on a phone, with the contents open", async () => {
    const page = await site.open({ hash: "#v=1&lang=pt-BR", scheme, width: 320, height: 640 });
    await page.locator(".open-contents").click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    await page.close();
  });
});

describe("the switch of colours", () => {
  it("overrides the device, and stays", async () => {
    const page = await site.open({ hash: "#v=1&lang=en", scheme: "light" });
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: "The device's colours" }).click();
    await page.getByRole("button", { name: "Light colours" }).click();
    await page.getByRole("button", { name: "Dark colours" }).waitFor();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await ground()).toBe(dark);
    await page.getByRole("button", { name: "Dark colours" }).click();
    expect(await ground()).toBe(light);
    await page.close();
  });
});

describe("320 pixels", () => {
  it.each(SCREENS)("are enough for the screen %s", async (screen) => {
    const page = await site.open({
      hash: `#v=1&lang=pt-BR&screen=${screen}&lab.inputChannels=2&lab.width=16`,
      width: 320,
    });
    if (screen === "lesson") await runEverything(page);
    await page.waitForSelector("h1");
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    await page.close();
  });
});

describe("targets", () => {
  it.each(SCREENS)("of the screen %s are at least 44 pixels high", async (screen) => {
    const page = await site.open({ hash: `#v=1&lang=en&screen=${screen}`, width: 390 });
    if (screen === "lesson") await runEverything(page);
    await page.waitForSelector("h1");
    const small = await page.evaluate(() => {
      // Links within sentences are as high as their lines, radio buttons are as large as their labels.
      const all = document.querySelectorAll<HTMLElement>(
        "button, select, input:not([type=radio]), summary, nav a, .chip, .backend-option",
      );
      return [...all]
        .map((one) => ({ name: one.outerHTML.slice(0, 80), height: one.getBoundingClientRect().height }))
        .filter(({ height }) => height > 0 && height < 43.5);
    });
    expect(small).toEqual([]);
    await page.close();
  });
});
