import { BIAS_GRADIENT } from "@camada/tensor";
import { RandomCase } from "@camada/test-kit";
import { describeReductions, type KernelValues } from "@camada/test-kit/kernel-suites";
import { describe, expect, it } from "vitest";
import { differingThreads, native } from "./native-run.ts";

describeReductions(native, BIAS_GRADIENT);

describe("reductions of a large tensor on the native engine", () => {
  it.each(["Sum", "Mean", "Max", "Prod"])("%s has the same bits at any number of threads", (kernel) => {
    const random = new RandomCase(`large ${kernel}`, 0);
    const x: KernelValues = { shape: [30, 60, 70], data: random.floats(30 * 60 * 70) };
    for (const axis of [[0], [1], [2], [0, 2], [0, 1, 2]]) {
      const attrs = { axis, reductionIndices: axis, keepDims: false };
      expect(differingThreads(kernel, { x }, attrs)).toEqual([]);
    }
  });
});
