import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layerNames, testFiles } from "../src/layer.mjs";

describe("layerNames", () => {
  it("finds every exported class, and neither types nor functions", () => {
    const source = `
      export { Conv2D, type ConvOptions } from "./conv2d.ts";
      export { Dense as FullyConnected, GELU, summary } from "./rest.ts";
      export type { Shape } from "./shape.ts";
    `;
    expect(layerNames(source)).toEqual(["Conv2D", "FullyConnected", "GELU"]);
  });
});

describe("testFiles", () => {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "camada-layer-"));
    await mkdir(join(folder, "deep"));
    await writeFile(join(folder, "conv2d.test.ts"), `describe("Conv2D", () => {});`);
    await writeFile(join(folder, "transpose.test.ts"), `describe("Conv2DTranspose", () => {});`);
    await writeFile(join(folder, "block.test.ts"), `describe("Block", () => { new Conv2D(1, { kernelSize: 1 }); });`);
    await writeFile(join(folder, "layer-cases.ts"), `export const cases = { Conv2D: {} };`);
    await writeFile(join(folder, "deep", "every-layer.test.ts"), `import { cases } from "../layer-cases.ts";`);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it("takes files with a test that names the layer as a whole word, and those that walk the table of layers", () => {
    const files = [join(folder, "conv2d.test.ts"), join(folder, "deep", "every-layer.test.ts")];
    expect(testFiles(folder, "Conv2D").toSorted()).toEqual(files);
  });
});

describe("pnpm layer", () => {
  const script = fileURLToPath(new URL("../src/layer.mjs", import.meta.url));
  function layer(...args: string[]): Promise<{ code: unknown; stderr: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [script, ...args], (error, _stdout, stderr) => resolve({ code: error?.code, stderr }));
    });
  }

  it("answers an unknown option with one sentence", async () => {
    expect(await layer("Conv2D", "--dance")).toEqual({
      code: 2,
      stderr: "layer: expected a layer's name, --run and --project <name>, got Conv2D --dance\n",
    });
  });

  it("answers an unknown layer with one sentence that lists the known ones", async () => {
    const outcome = await layer("Conv9D");
    expect(outcome).toEqual({ code: 2, stderr: expect.stringMatching(/^layer: expected one of .*, got Conv9D\n$/) });
  });
});
