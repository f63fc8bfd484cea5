import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kernelSource } from "../../src/compiler/kernel-source.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "camada-kernels-"));
  writeFileSync(join(folder, "a.cuh"), `#include "b.cuh"\nint a;\n`);
  writeFileSync(join(folder, "b.cuh"), "int b;\n");
  writeFileSync(join(folder, "k.cu"), `// One.\n#include "a.cuh"\n#include "b.cuh"\nint k;\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("kernelSource", () => {
  it("puts every included file in its place, once", () => {
    const source = kernelSource(folder, "k.cu");
    expect(source.match(/int [abk];/g)).toEqual(["int b;", "int a;", "int k;"]);
    expect(source).not.toContain("#include");
  });

  it("tells the compiler which line of which file it reads", () => {
    const lines = kernelSource(folder, "k.cu").split("\n");
    const after = lines.slice(0, lines.indexOf("int k;")).findLast((line) => line.startsWith("#line"));
    expect(after).toBe('#line 4 "k.cu"');
  });

  it("puts definitions first", () => {
    expect(kernelSource(folder, "k.cu", { TILE: 16, TYPE: "float" })).toMatch(/^#define TILE 16\n#define TYPE float\n/);
  });

  it("fails on a file that is not there", () => {
    expect(() => kernelSource(folder, "none.cu")).toThrow("none.cu");
  });
});
