import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import {
  activeBackend,
  attachGrad,
  compile,
  compiledStep,
  detachGrad,
  drawnTensor,
  gradientSlot,
  random,
  record,
  useBackend,
  watchDraws,
  watchGradients,
  defaultRandom,
  type DrawnTensor,
} from "../src/index.ts";

const before = activeBackend()!;
const cleanups: (() => void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  if (activeBackend()!.backend !== before.backend) await useBackend(before.backend);
});

/** A weight with a gradient, freed after the test. */
function weight(values: readonly number[]): tf.Variable {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d([...values])));
  attachGrad(variable);
  cleanups.push(() => {
    detachGrad(variable);
    variable.dispose();
  });
  return variable;
}

/** The same calls of a step, compiled and not. */
function both(step: (x: tf.Tensor1D) => tf.Tensor, after: () => unknown, calls = 5) {
  const compiled = compile(step);
  cleanups.push(() => compiled.dispose());
  const run = (call: (x: tf.Tensor1D) => tf.Tensor) =>
    Array.from({ length: calls }, (_, i) => {
      const y = tf.tidy(() => call(tf.tensor1d([i, 1, -2])));
      const values = [...y.dataSync()];
      y.dispose();
      return { values, after: after() };
    });
  return { compiled: run(compiled), plain: run(step), refusal: compiled.refusal };
}

describe("compile", () => {
  it("gives what the step gives, call after call", () => {
    const w = weight([1, 2, 3]);
    const { compiled, plain } = both(
      (x) => tf.add(tf.mul(x, w), tf.scalar(0.5)),
      () => 0,
    );
    expect(compiled).toEqual(plain);
  });

  it("leaves gradients where the step leaves them, and marks them as fresh", () => {
    const w = weight([1, 2, 3]);
    const slot = gradientSlot(w);
    const step = (x: tf.Tensor1D) => {
      const { value, backward } = record(() => tf.sum(tf.square(tf.mul(x, w))));
      backward();
      return value;
    };
    const state = () => {
      const { isFresh } = slot;
      slot.isFresh = false;
      return [isFresh, ...slot.gradient.dataSync()];
    };
    const { compiled, plain } = both(step, state);
    expect(compiled).toEqual(plain);
    expect(plain[3]).toEqual({ values: [49], after: [true, 18, 4, 24] });
  });

  it("reads variables as they are by then", () => {
    const w = weight([1, 1, 1]);
    const { compiled, plain } = both(
      (x) => tf.mul(x, w),
      () => tf.tidy(() => w.assign(tf.add(w, 1))),
    );
    expect(compiled.map(({ values }) => values)).toEqual([
      [0, 1, -2],
      [2, 2, -4],
      [6, 3, -6],
      [12, 4, -8],
      [20, 5, -10],
    ]);
    expect(plain[0]!.values).toEqual([0, 6, -12]);
  });

  it("leaves results of earlier calls as they were", () => {
    const step = compile((x: tf.Tensor) => tf.square(x));
    cleanups.push(() => step.dispose());
    const results = [1, 2, 3, 4, 5].map((value) => tf.tidy(() => step(tf.fill([300], value))));
    for (const [i, result] of results.entries()) expectClose(result, tf.fill([300], (i + 1) ** 2));
    tf.dispose(results);
  });

  it("takes a batch of another size in between", () => {
    const step = compile((x: tf.Tensor) => tf.sum(tf.square(x)));
    cleanups.push(() => step.dispose());
    const sums = [3, 3, 3, 2, 3, 2].map((n) => tf.tidy(() => step(tf.fill([n], 2)).dataSync()[0]));
    expect(sums).toEqual([12, 12, 12, 8, 12, 8]);
  });

  it.each([
    ["as a step may", () => drawnTensor([3], () => defaultRandom().uniform(3))],
    ["in its own way", () => tf.tensor1d(defaultRandom().uniform(3))],
  ])("draws the numbers that the step draws %s", (_, draw) => {
    const noisy = (x: tf.Tensor1D) => tf.add(x, draw());
    random.seed(5);
    const compiled = both(noisy, () => 0, 4).compiled;
    random.seed(5);
    const calls = Array.from({ length: 4 }, (_, i) => tf.tidy(() => [...noisy(tf.tensor1d([i, 1, -2])).dataSync()]));
    expect(compiled.map(({ values }) => values)).toEqual(calls);
  });

  it("assigns variables as the step does", () => {
    const run = (wrap: (step: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.Tensor) => {
      const total = tf.tidy(() => tf.variable(tf.zeros([3]), false));
      cleanups.push(() => total.dispose());
      const step = wrap((x) => {
        total.assign(tf.add(total, x));
        return tf.neg(total);
      });
      return [1, 2, 3, 4, 5].map((value) =>
        tf.tidy(() => [...step(tf.fill([3], value)).dataSync(), ...total.dataSync()]),
      );
    };
    const compiled = run((step) => {
      const made = compile(step);
      cleanups.push(() => made.dispose());
      return made;
    });
    expect(compiled).toEqual([1, 3, 6, 10, 15].map((sum) => [-sum, -sum, -sum, sum, sum, sum]));
    expect(compiled).toEqual(run((step) => step));
  });

  it("adds to gradients as the step does", () => {
    const w = weight([1, 2, 3]);
    const slot = attachGrad(w, "add");
    const compiled = compile((x: tf.Tensor) => {
      const { value, backward } = record(() => tf.mul(w, x));
      backward();
      return value;
    });
    cleanups.push(() => compiled.dispose());
    for (const [i, sum] of [1, 3, 6, 10, 15].entries()) {
      const x = i + 1;
      tf.tidy(() => expectClose(compiled(tf.fill([3], x)), [x, 2 * x, 3 * x]));
      expectClose(slot.gradient, [sum, sum, sum]);
    }
  });

  it("gives structures of tensors and numbers", () => {
    const step = compile((x: tf.Tensor) => ({ values: [tf.neg(x), tf.square(x)] as const, sizes: [x.size, 2] }));
    cleanups.push(() => step.dispose());
    for (const value of [1, 2, 3, 4]) {
      tf.tidy(() => {
        const { values, sizes } = step(tf.fill([2], value));
        expectClose(values[0], [-value, -value]);
        expectClose(values[1], [value ** 2, value ** 2]);
        expect(sizes).toEqual([2, 2]);
      });
    }
  });

  it("keeps no tensor after it is disposed of", () => {
    const { numTensors } = tf.memory();
    const step = compile((x: tf.Tensor) => tf.square(tf.add(x, 1)));
    for (let i = 0; i < 4; i++) tf.tidy(() => step(tf.ones([4])).dataSync());
    step.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(tf.tidy(() => [...step(tf.ones([4])).dataSync()])).toEqual([4, 4, 4, 4]);
    step.dispose();
  });

  it("says that the backend replays nothing, where that is so", async () => {
    await useBackend({ ...before.backend, compile: undefined });
    const step = compile((x: tf.Tensor) => tf.square(x));
    expect(step.refusal).toBeUndefined();
    expectClose(step(tf.tensor1d([3])), [9]);
    expect(step.refusal).toBe(`backend ${before.backend.name} replays no steps`);
  });

  it("hands the step to a backend that can, once", async () => {
    let compilations = 0;
    await useBackend({
      ...before.backend,
      compile: (inner) => {
        compilations++;
        return compiledStep((...args) => inner(...args), { refusal: () => "tests", dispose: () => undefined });
      },
    });
    const step = compile((x: number) => x + 1);
    expect([step(1), step(2)]).toEqual([2, 3]);
    expect(compilations).toBe(1);
    expect(step.refusal).toBe("tests");
  });
});

describe("watchDraws", () => {
  it("tells what a step draws, in order, also inside another", () => {
    const draw = () => Float32Array.from([1, 2]);
    const inner: DrawnTensor[] = [];
    const outer: DrawnTensor[] = [];
    tf.tidy(() => {
      const value = watchDraws(
        () => {
          drawnTensor([2], draw);
          return watchDraws(
            () => drawnTensor([1, 2], draw),
            (drawn) => inner.push(drawn),
          );
        },
        (drawn) => outer.push(drawn),
      );
      drawnTensor([2], draw);
      expect([inner.length, outer.length]).toEqual([1, 2]);
      expect(outer[1]).toEqual(inner[0]);
      expect(inner[0]).toMatchObject({ values: Float32Array.from([1, 2]), draw });
      expect(inner[0]!.tensor).toBe(value);
      expectClose(value, tf.tensor2d([[1, 2]]));
    });
  });
});

describe("watchGradients", () => {
  it("tells which gradients a step stored, also inside another", () => {
    const [a, b] = [weight([1]), weight([2])];
    const pass = (variable: tf.Variable) => tf.tidy(() => record(() => tf.square(variable)).backward());
    const inner = () => watchGradients(() => pass(a)).slots;
    expect(watchGradients(inner)).toEqual({ value: [gradientSlot(a)], slots: [gradientSlot(a)] });
    expect(watchGradients(() => pass(b)).slots).toEqual([gradientSlot(b)]);
    expect(watchGradients(() => 3)).toEqual({ value: 3, slots: [] });
  });
});
