import { argument, RandomCase, sizeOf, unaryFunctions } from "@camada/test-kit";
import { describeElementWise, type KernelValues } from "@camada/test-kit/kernel-suites";
import { describe, expect, it } from "vitest";
import { differingThreads, native } from "./native-run.ts";
import { ULPS } from "./ulps.ts";

describeElementWise(native, ULPS);

describe("functions of large tensors on the native engine", () => {
  it.each(["Add", "Multiply", "RealDiv", "Pow", "Less"])("%s has the same bits at any number of threads", (kernel) => {
    const random = new RandomCase(`large ${kernel}`, 0);
    const a: KernelValues = { shape: [40, 61, 83], data: random.floats(40 * 61 * 83, 3) };
    for (const shape of [[40, 61, 83], [61, 1], [83], []]) {
      const b: KernelValues = { shape, data: random.floats(sizeOf(shape), 3) };
      expect(differingThreads(kernel, { a, b })).toEqual([]);
    }
  });

  it.each(unaryFunctions)("$kernel has the same bits at any number of threads", ({ kernel, attrs, domain }) => {
    const random = new RandomCase(`large ${kernel}`, 0);
    const data = Float32Array.from({ length: 200_003 }, () => argument(random, domain));
    expect(differingThreads(kernel, { x: { shape: [data.length], data } }, attrs)).toEqual([]);
  });
});
