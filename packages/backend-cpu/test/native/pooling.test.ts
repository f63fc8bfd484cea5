import { POOL, POOL_GRADIENT } from "@camada/tensor";
import { CASES, checkPool, poolTensors, RandomCase, randomPool, WorstError, type PoolKernels } from "@camada/test-kit";
import type { KernelValues } from "@camada/test-kit/kernel-suites";
import { describe, expect, it } from "vitest";
import { differingThreads, runNativeSingle } from "./native-run.ts";

const THREADS_EVERY = 10;

const kernels: PoolKernels = {
  forward: (x, attrs) => runNativeSingle(POOL, { x }, attrs),
  gradient: (dy, x, attrs) => runNativeSingle(POOL_GRADIENT, { dy, x }, attrs),
};

describe.each(["max", "avg"] as const)("%s pooling on the native engine", (kind) => {
  it(`agrees with float64 over ${CASES} random configurations, forward and gradient`, async ({ annotate }) => {
    const errors = { forward: new WorstError(), gradient: new WorstError() };
    const differing: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`${kind} pool`, index);
      const test = randomPool(random, kind);
      const { x, dy } = poolTensors(test, random);
      checkPool(kernels, test, { x, dy }, errors);
      if (index % THREADS_EVERY !== 0) continue;
      const threads = [
        ...differingThreads(POOL, { x }, test.attrs),
        ...differingThreads(POOL_GRADIENT, { dy, x }, test.attrs),
      ];
      if (threads.length > 0) differing.push(`${threads.join(", ")} threads: ${JSON.stringify(test)}`);
    }
    await annotate(`${kind} pool, forward: ${errors.forward.text}`);
    await annotate(`${kind} pool, gradient: ${errors.gradient.text}`);
    expect(errors.forward).toSatisfy(({ overBound }) => overBound <= 1, errors.forward.where);
    expect(errors.gradient).toSatisfy(({ overBound }) => overBound <= 1, errors.gradient.where);
    expect(differing).toEqual([]);
  });

  it("has the same bits at any number of threads where work is cut into many chunks", () => {
    const random = new RandomCase("large pool", 0);
    const x: KernelValues = { shape: [8, 24, 33, 31], data: random.floats(8 * 24 * 33 * 31) };
    const dy: KernelValues = { shape: [8, 24, 16, 15], data: random.floats(8 * 24 * 16 * 15) };
    const [kernel, strides, padBegin, padEnd] = [
      [3, 3],
      [2, 2],
      [0, 0],
      [0, 0],
    ];
    const attrs = { kind, kernel, strides, padBegin, padEnd, outputSize: [16, 15], countIncludePad: true };
    expect(differingThreads(POOL, { x }, attrs)).toEqual([]);
    expect(differingThreads(POOL_GRADIENT, { dy, x }, attrs)).toEqual([]);
  });
});
