import { ACTIVATION_GRADIENT, SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_GRADIENT } from "@camada/tensor";
import { RandomCase } from "@camada/test-kit";
import { describeActivationGradient, describeSoftmax, type KernelValues } from "@camada/test-kit/kernel-suites";
import { describe, expect, it } from "vitest";
import { differingThreads, native } from "./native-run.ts";
import { ULPS } from "./ulps.ts";

describeSoftmax(native, {
  crossEntropy: SOFTMAX_CROSS_ENTROPY,
  gradient: SOFTMAX_CROSS_ENTROPY_GRADIENT,
  exponentialUlps: ULPS["Exp"]!,
});

describe("softmax of a large batch on the native engine", () => {
  it("has the same bits at any number of threads", () => {
    const random = new RandomCase("large softmax", 0);
    const logits: KernelValues = { shape: [700, 123], data: random.floats(700 * 123, 5) };
    const labels: KernelValues = { shape: [700], data: random.ints(700, 0, 122) };
    expect(differingThreads("Softmax", { logits }, { dim: 1 })).toEqual([]);
    expect(differingThreads(SOFTMAX_CROSS_ENTROPY, { logits, labels })).toEqual([]);
  });
});

describeActivationGradient(native, ACTIVATION_GRADIENT);
