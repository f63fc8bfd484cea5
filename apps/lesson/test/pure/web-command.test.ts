import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Screen, type Surroundings } from "../../src/cli/screen.ts";
import { webCommand } from "../../src/cli/web-command.ts";

describe("camada web", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "camada-web-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  function surroundings(signal: AbortSignal, written: string[]): Surroundings {
    const sink = { write: (text: string) => void written.push(text) };
    return { stdout: sink, stderr: sink, env: {}, directory: ".", signal, now: () => 0 } as unknown as Surroundings;
  }

  it("says that the page is not built, and how it gets built", async () => {
    const written: string[] = [];
    const around = surroundings(new AbortController().signal, written);
    const code = await webCommand(
      { screen: new Screen(around, "en", false), surroundings: around },
      { port: 0 },
      folder,
    );
    expect(code).toBe(1);
    expect(written.join("")).toMatch(
      /^camada: web: expected the built page, got none; `?pnpm build`? builds it[^\n]*\n$/,
    );
  });

  it("prints its address, serves, and stops when it is told to", async () => {
    await writeFile(join(folder, "index.html"), "<!doctype html>");
    const written: string[] = [];
    const controller = new AbortController();
    const around = surroundings(controller.signal, written);
    const running = webCommand({ screen: new Screen(around, "en", false), surroundings: around }, { port: 0 }, folder);
    await expect.poll(() => written.join("")).toContain("The page is at http://localhost:");
    const address = /http:\S+/.exec(written.join(""))![0];
    expect((await fetch(address)).status).toBe(200);
    controller.abort();
    expect(await running).toBe(0);
    await expect(fetch(address)).rejects.toThrow("fetch failed");
  });
});
