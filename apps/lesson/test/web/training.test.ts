import { describe, expect, it } from "vitest";
import { useSite } from "./browser.ts";

const site = useSite();

describe("the screen Training on the page", () => {
  it("trains on several threads, goes on while another screen is open, and pauses", async () => {
    const page = await site.open({ hash: "#v=1&screen=training" });
    await page.getByRole("button", { name: "Train", exact: true }).click();
    const status = page.locator(".run-status");
    await status.getByText(/epoch 1\/2, \d+\/200/).waitFor();
    await page.getByText(/WebAssembly SIMD128.* \d+ threads/).waitFor();

    const screens = page.locator(".screens");
    await screens.getByRole("link", { name: "Lesson" }).click();
    await status.waitFor({ state: "detached" });
    await screens.getByRole("link", { name: "Training" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Go on" }).waitFor();

    const stepsOf = async (): Promise<number> => Number(/ (\d+)\/200/.exec((await status.textContent()) ?? "")?.[1]);
    const paused = await stepsOf();
    expect(paused).toBeGreaterThan(0);
    await page.getByRole("button", { name: "One step" }).click();
    await status.getByText(`${paused + 1}/200`).waitFor();
    await page.close();
  });
});
