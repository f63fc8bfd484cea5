import { expectClose } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import {
  CosineScheduler,
  FactorScheduler,
  MultiFactorScheduler,
  OptimizerError,
  PolyScheduler,
  type LrScheduler,
} from "../src/index.ts";
import golden from "./golden/mxnet-1.4.1.json" with { type: "json" };

const makers: Readonly<Record<string, (given: Readonly<Record<string, unknown>>) => LrScheduler>> = {
  factor: ({ step, ...options }) => new FactorScheduler(step as number, options),
  multiFactor: ({ step, ...options }) => new MultiFactorScheduler(step as number[], options),
  poly: ({ maxUpdate, ...options }) => new PolyScheduler(maxUpdate as number, options),
  cosine: ({ maxUpdate, ...options }) => new CosineScheduler(maxUpdate as number, options),
};

/** Python's pow and cos and JavaScript's may round to neighbouring doubles; everything else is the same. */
const toleranceOf = (kind: string) => (kind === "poly" || kind === "cosine" ? { relative: 2 * Number.EPSILON } : {});

describe("schedules as MXNet 1.4.1", () => {
  for (const { kind, arguments: given, values, learningRate } of golden.schedules) {
    it(`${kind} ${JSON.stringify(given)}${learningRate === undefined ? "" : ` from ${learningRate}`}`, () => {
      const schedule = makers[kind]!(given);
      const rates = values.map((_, n) => schedule.at(n, learningRate));
      expectClose(rates, values, toleranceOf(kind));
    });
  }
});

describe("a schedule", () => {
  it("gives the same rates in any order", () => {
    const schedules = [
      new FactorScheduler(3, { factor: 0.5, warmupSteps: 2 }),
      new MultiFactorScheduler([2, 7], { factor: 0.1 }),
      new PolyScheduler(10, { warmupSteps: 3 }),
      new CosineScheduler(10),
    ];
    for (const schedule of schedules) {
      const updates = Array.from({ length: 15 }, (_, n) => n);
      const forwards = updates.map((n) => schedule.at(n));
      expect(updates.toReversed().map((n) => schedule.at(n))).toEqual(forwards.toReversed());
    }
  });

  it("keeps the rate of the update that a step names, and changes it after", () => {
    const factor = new FactorScheduler(4, { factor: 0.5, baseLr: 1 });
    expect([1, 4, 5, 8, 9].map((n) => factor.at(n))).toEqual([1, 1, 0.5, 0.5, 0.25]);
    const multi = new MultiFactorScheduler([4, 6], { factor: 0.5, baseLr: 1 });
    expect([4, 5, 6, 7].map((n) => multi.at(n))).toEqual([1, 0.5, 0.5, 0.25]);
  });

  it("refuses what MXNet refuses", () => {
    const refused: [make: () => unknown, op: string, expected: string, got: string][] = [
      [() => new FactorScheduler(0), "FactorScheduler", "step to be an integer >= 1", "0"],
      [() => new FactorScheduler(1, { factor: 1.01 }), "FactorScheduler", "factor to be in [0, 1]", "1.01"],
      [() => new MultiFactorScheduler([]), "MultiFactorScheduler", "steps to be ascending integers >= 1", "[]"],
      [() => new MultiFactorScheduler([3, 3]), "MultiFactorScheduler", "steps to be ascending integers >= 1", "[3,3]"],
      [() => new MultiFactorScheduler([0, 3]), "MultiFactorScheduler", "steps to be ascending integers >= 1", "[0,3]"],
      [() => new MultiFactorScheduler([1], { factor: 2 }), "MultiFactorScheduler", "factor to be in [0, 1]", "2"],
      [() => new PolyScheduler(0), "PolyScheduler", "maxUpdate to be an integer >= 1", "0"],
      [() => new CosineScheduler(1.5), "CosineScheduler", "maxUpdate to be an integer >= 1", "1.5"],
      [() => new CosineScheduler(5, { warmupSteps: 5 }), "CosineScheduler", "maxUpdate to be an integer >= 6", "5"],
      [() => new CosineScheduler(5, { warmupSteps: -1 }), "CosineScheduler", "warmupSteps to be an integer >= 0", "-1"],
      [
        () => new CosineScheduler(5, { baseLr: 0.1, warmupBeginLr: 0.2 }),
        "CosineScheduler",
        "warmupBeginLr to be at most baseLr, 0.1",
        "0.2",
      ],
      [
        () => new CosineScheduler(5, { warmupMode: "cubic" as "linear" }),
        "CosineScheduler",
        "warmupMode to be linear or constant",
        '"cubic"',
      ],
    ];
    for (const [make, op, expected, got] of refused) {
      expect(make).toThrow(OptimizerError);
      expect(make).toThrow(expect.objectContaining({ op, expected, got }));
    }
  });
});
