import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, inject, it } from "vitest";
import { runEverything, useSite } from "./browser.ts";

const site = useSite();

describe("the built site", () => {
  it("has a shell of at most 60 kB gzipped: what the page names before anything computes", async () => {
    const folder = inject("site");
    const html = await readFile(join(folder, "index.html"), "utf8");
    const named = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(([, name]) => name!);
    const files = await Promise.all([...new Set(named)].map((name) => withImports(folder, name)));
    const all = new Set(files.flat());
    expect(all.size).toBeGreaterThan(1);
    let sizeBytes = gzipSync(html).length;
    for (const name of all) sizeBytes += gzipSync(await readFile(join(folder, name)), { level: 9 }).length;
    expect(sizeBytes).toBeLessThanOrEqual(60_000);
  });

  it("has no absolute address in its page, and no inline script or style", async () => {
    const html = await readFile(join(inject("site"), "index.html"), "utf8");
    expect(html).not.toMatch(/(?:src|href)="(?:\/|https?:)/);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/);
  });
});

/** A script and the scripts that it imports at once. */
async function withImports(folder: string, name: string): Promise<string[]> {
  if (!name.endsWith(".js")) return [name];
  const code = await readFile(join(folder, name), "utf8");
  const imported = [...code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, file]) => `assets/${file}`);
  return [name, ...(await Promise.all(imported.map((file) => withImports(folder, file)))).flat()];
}

describe("the network", () => {
  it("is asked for nothing but the site's own files", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    await runEverything(page);
    for (const screen of ["Lab", "Training", "Backends"]) {
      await page.getByRole("link", { name: screen, exact: true }).click();
      await page.waitForSelector("h1");
    }
    const foreign = site.requests.filter((url) => !url.startsWith(site.address) && !url.startsWith("blob:"));
    expect(foreign).toEqual([]);
    expect(site.requests.length).toBeGreaterThan(5);
    await page.close();
  });

  it("is not needed after the first load: every screen, every cell", async () => {
    const page = await site.open({ hash: "#v=1&lang=en" });
    // Active: it has all files by then.
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === "activated");
    await site.server.close();
    await site.context.setOffline(true);
    await page.reload();
    await page.waitForSelector(".chip-ready");
    await runEverything(page);
    expect(await page.locator("#K4 [data-verdict]").getAttribute("data-verdict")).toBe("equal");
    await page.getByRole("link", { name: "Lab" }).click();
    await page.waitForSelector("[data-lab-size]");
    expect(await page.locator("[data-lab-size]").textContent()).toBe("(1, 5, 5)");
    await page.getByRole("link", { name: "Backends" }).click();
    await page.getByLabel("JavaScript").check();
    await page.waitForSelector(".chip-ready[title$=JavaScript]");
    await site.context.setOffline(false);
    await page.close();
  });
});

describe("files of the site", () => {
  it("are of kinds that `camada web` serves", async () => {
    const { sitePath } = await import("../../src/cli/site/site-path.ts");
    const names = await readdir(inject("site"), { recursive: true, withFileTypes: true });
    const files = names
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(inject("site").length));
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file) => sitePath(file) === undefined)).toEqual([]);
  });
});
