import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { opRow, opsRemarks, opsTable, ratio } from "../src/commands/ops-table.ts";
import { products, traffic } from "../src/ops/case.ts";
import { convolutionCases } from "../src/ops/convolution-cases.ts";
import { denseCases } from "../src/ops/dense-cases.ts";
import { memoryCases } from "../src/ops/memory-cases.ts";
import { plainOps } from "../src/workers/plain-ops.ts";
import { spatialOps } from "../src/workers/spatial-ops.ts";
import { valuesOf } from "../src/workers/values.ts";

const cases = [...convolutionCases, ...denseCases, ...memoryCases];

describe("the operations", () => {
  it("have names of their own", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it("are known to both workers, which know no others", () => {
    const wanted = [...new Set(cases.map(({ op }) => op))].toSorted();
    expect(Object.keys({ ...spatialOps, ...plainOps }).toSorted()).toEqual(wanted);
    const python = readFileSync(join(import.meta.dirname, "../src/python/torch_ops.py"), "utf8");
    const [, table = ""] = python.split("PREPARE = {");
    expect(new Set([...table.matchAll(/"([^"]+)":/g)].map(([, name]) => name))).toEqual(new Set(wanted));
  });

  it("count two operations per product and four bytes per element", () => {
    const conv3 = convolutionCases.find(({ name }) => name === "lesson conv3 forward+tanh");
    expect(conv3?.work).toEqual({ amount: (2 * 128 * 400 * 120 * 400) / 1e9, unit: "GFLOP" });
    const depthwise = convolutionCases.find(({ name }) => name === "mobilenet depthwise 3x3/2 64 @112 forward+relu");
    expect(depthwise?.work.amount).toBeCloseTo((2 * 8 * 56 * 56 * 64 * 9) / 1e9, 12);
    const add = memoryCases.find(({ name }) => name === "add of 6 M");
    expect(add?.work).toEqual({ amount: 0.072, unit: "GB" });
    expect(products(500)).toEqual({ amount: 1e-6, unit: "GFLOP" });
    expect(traffic(100, 150)).toEqual({ amount: 1e-6, unit: "GB" });
  });
});

describe("valuesOf", () => {
  it("gives numbers in [−0.5, 0.5), the same as the worker in Python", () => {
    // tooling/bench/src/python/torch_ops.py, tensor((4,), 1) with NumPy 2.4.6
    expect([...valuesOf(4, 1)]).toEqual([
      0.1503206044435501, 0.35388126969337463, -0.471976101398468, -0.24380792677402496,
    ]);
    expect(valuesOf(1_000, 2).every((value) => value >= -0.5 && value < 0.5)).toBe(true);
  });
});

describe("a row", () => {
  const opCase = { name: "an operation", op: "matMul", attrs: {}, work: products(5e8) };
  const measured = (name: string, timesMs: number[], result = 1) => ({ name, about: "", timesMs, losses: [result] });
  const row = opRow(opCase, [measured("Camada", [20, 10, 30]), measured("p", [40]), measured("q", [15, 12, 18])]);

  it("compares with the fastest peer", () => {
    expect(row.best?.name).toBe("q");
    expect(ratio(row, "medianMs")).toBe(0.75);
    expect(ratio(row, "minMs")).toBe(1.2);
    expect(opsTable([row])[1]).toMatch(/^an operation +20\.0 +10\.0 +50\.0 +GFLOP\/s +15\.0 +12\.0 +0\.750 +1\.20 +q$/);
  });

  it("lists what is below 0.8", () => {
    const fast = opRow(opCase, [measured("Camada", [10]), measured("p", [8])]);
    expect(opsRemarks([fast])).toEqual(["", "0 of 1 below 0.8 of the best peer"]);
    expect(opsRemarks([row, fast])).toEqual([
      "",
      "1 of 2 below 0.8 of the best peer",
      "  0.75 (1.20 by least times)  an operation",
    ]);
  });

  it("says what failed and whose result is another", () => {
    const failed = { name: "p", about: "", timesMs: [], losses: [], failure: "no such kernel" };
    const other = opRow(opCase, [
      measured("Camada", [10]),
      failed,
      measured("q", [9], 1.01),
      measured("r", [9], 1.0001),
    ]);
    expect(other.problems).toEqual(["p: no such kernel", "q: expected a result of mean size 1.00000, got 1.01000"]);
  });
});
