import { describe, expect, it } from "vitest";
import { useSite } from "./browser.ts";

/** Where tfjs keeps its active backend. */
interface WithEngine {
  readonly _tfengine: {
    readonly backendInstance?: { readonly gpgpu?: { readonly gl: WebGL2RenderingContext } };
  };
}

describe("WebGL that the processor draws", () => {
  const site = useSite();

  it("is passed over for WebAssembly, with the reason in words", async () => {
    const page = await site.open({ hash: "#v=1&lang=en&screen=backends" });
    await page.waitForSelector(".chip-ready");
    expect(await page.locator(".chip-label").textContent()).toBe("WebAssembly");
    const option = page.locator(".backend-option", { hasText: "WebGL" });
    expect(await option.textContent()).toMatch(/here the processor itself draws \(.*SwiftShader/);
    await page.close();
  });

  it("computes all the same where the reader chooses it: K4's numbers", async () => {
    const page = await site.open({ hash: "#v=1&lang=en&backend=webgl" });
    await page.waitForSelector(".chip-ready");
    expect(await page.locator(".chip-label").textContent()).toBe("WebGL");
    await page.click("#K4 .run");
    await page.waitForSelector("#K4 [data-verdict=equal]");
    await page.close();
  });
});

describe("a WebGL context that the browser takes away", () => {
  const site = useSite();

  it("is followed by another one, in which cells compute", async () => {
    const page = await site.open({ hash: "#v=1&lang=en&backend=webgl" });
    await page.click("#K4 .run");
    await page.waitForSelector("#K4 [data-verdict=equal]");
    await page.evaluate(() => {
      const { _tfengine } = globalThis as unknown as WithEngine;
      _tfengine.backendInstance!.gpgpu!.gl.getExtension("WEBGL_lose_context")!.loseContext();
    });
    // Between the two the page has no device, for as long as it takes: who looks now and then may not see that.
    await page.waitForFunction(() => {
      const { _tfengine } = globalThis as unknown as WithEngine;
      return _tfengine.backendInstance?.gpgpu?.gl.isContextLost() === false;
    });
    await page.waitForSelector(".chip-ready");
    await page.click("#K5 .run");
    await page.waitForSelector("#K5 [data-verdict=equal]");
    expect(await page.locator(".chip-label").textContent()).toBe("WebGL");
    await page.close();
  });
});

describe("a browser without WebGL", () => {
  const site = useSite(["--use-gl=disabled"]);

  it.each([
    ["en", "this browser offers no WebGL 2"],
    ["pt-BR", "este navegador não oferece WebGL 2"],
  ])("falls to WebAssembly, and says why in %s", async (language, reason) => {
    const page = await site.open({ hash: `#v=1&lang=${language}&screen=backends` });
    await page.waitForSelector(".chip-ready");
    expect(await page.locator(".chip-label").textContent()).toBe("WebAssembly");
    expect(await page.locator(".backend-option", { hasText: "WebGL" }).textContent()).toContain(reason);
    await page.close();
  });
});
