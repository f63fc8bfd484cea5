import {
  attachGrad,
  defaultRandom,
  detachGrad,
  drawnTensor,
  gradientSlot,
  record,
  storeGradient,
} from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CudaError } from "../../src/driver/errors.ts";
import { begin, cleanUp, cleanups, counted, variable } from "./compiled-steps.ts";

afterEach(cleanUp);

const RUNS_IN_JAVASCRIPT = 2;

type Step = (x: tf.Tensor) => tf.Tensor;

/** What a test makes twice, with its steps as they are and compiled, is the same both times; and the steps were replayed. */
function expectReplayed<T>(run: (wrap: (step: Step) => Step) => T) {
  const expected = run((step) => step);
  const steps: ReturnType<typeof counted<[tf.Tensor], tf.Tensor>>[] = [];
  const found = run((step) => {
    const made = counted(step);
    steps.push(made);
    return made.compiled;
  });
  expect(found).toEqual(expected);
  for (const { compiled, runs } of steps) {
    expect(compiled.refusal).toBeUndefined();
    expect(runs).toHaveBeenCalledTimes(RUNS_IN_JAVASCRIPT);
  }
  return steps;
}

/** The values of a step's result and of whatever it changes, call after call. */
function calls(
  step: (x: tf.Tensor) => tf.Tensor,
  state: () => number[],
  count = 6,
  between = (_call: number): void => undefined,
) {
  return Array.from({ length: count }, (_, i) => {
    const given = tf.tidy(() => [...step(tf.tensor1d([i + 0.5, -i, 2])).dataSync()]);
    const after = state();
    between(i);
    return { given, after };
  });
}

/** A step that moves a statistic as batch normalization does. */
function movingStep() {
  const running = variable([1, 2, 3]);
  const step = (x: tf.Tensor) =>
    tf.tidy(() => {
      running.assign(tf.add(tf.mul(running, 0.9), tf.mul(x, 0.1)));
      return tf.mul(x, running);
    });
  return { running, step, state: () => [...running.dataSync()] };
}

describe("a compiled step that assigns a variable", () => {
  it("assigns it in every replay", async () => {
    await begin();
    const plain = movingStep();
    const expected = calls(plain.step, plain.state);
    const { step, state } = movingStep();
    const { runs, compiled } = counted(step);
    expect(calls(compiled, state)).toEqual(expected);
    expect(compiled.refusal).toBeUndefined();
    expect(runs).toHaveBeenCalledTimes(RUNS_IN_JAVASCRIPT);
  });

  it("goes on from what it is assigned in between, by a call of another shape too", async () => {
    await begin();
    const run = ({ running, step, state }: ReturnType<typeof movingStep>, call: Step) =>
      calls(call, state, 9, (i) => {
        if (i === 4) tf.tidy(() => running.assign(tf.tensor1d([7, 8, 9])));
        if (i === 6) tf.tidy(() => call(tf.ones([1])));
        if (i === 7) tf.tidy(() => step(tf.ones([3])));
      });
    const plain = movingStep();
    const expected = run(plain, plain.step);
    const moving = movingStep();
    const { runs, compiled } = counted(moving.step);
    expect(run(moving, compiled)).toEqual(expected);
    expect(compiled.refusal).toBeUndefined();
    expect(runs).toHaveBeenCalledTimes(RUNS_IN_JAVASCRIPT + 1);
  });

  it("leaves copies of its values as they were", async () => {
    await begin();
    const copied = (call: Step, { running, state }: ReturnType<typeof movingStep>) => {
      const copies: tf.Tensor[] = [];
      calls(call, state, 6, () => copies.push(tf.clone(running)));
      const values = copies.map((copy) => [...copy.dataSync()]);
      tf.dispose(copies);
      return values;
    };
    const plain = movingStep();
    const expected = copied(plain.step, plain);
    const moving = movingStep();
    const { compiled } = counted(moving.step);
    expect(copied(compiled, moving)).toEqual(expected);
    expect(new Set(expected.map(String)).size).toBe(6);
  });

  it("takes numbers of the host, its own results, and two that change places by copies", async () => {
    const { context } = await begin();
    const run = (wrap: (step: Step) => Step) => {
      const [a, b, c, d] = [variable([1, 2, 3]), variable([4, 5, 6]), variable([0, 0, 0]), variable([0, 0, 0])];
      const step = (x: tf.Tensor) => {
        const [oldA, oldB] = [tf.add(a, 1), tf.add(b, 0)];
        a.assign(oldB);
        b.assign(oldA);
        c.assign(tf.tensor1d([9, 9, 8]));
        const result = tf.mul(x, 3);
        d.assign(result as tf.Tensor1D);
        return result;
      };
      return calls(wrap(step), () => [a, b, c, d].flatMap((v) => [...v.dataSync()]));
    };
    expectReplayed(run);
    expect(context.graphs).toBe(1);
  });

  it("takes no more memory, however often it is replayed, and none once it is gone", async () => {
    const { info, context } = await begin();
    const { step, state } = movingStep();
    const measured = () => [tf.memory().numTensors, info.memory!().inUseBytes, context.memory.inUseBytes];
    calls(step, state, 1);
    const [tensors, inUse] = measured();
    const { compiled } = counted(step);
    calls(compiled, state, 3);
    const [, replayed] = measured();
    calls(compiled, state, 20);
    expect(measured().slice(0, 2)).toEqual([tensors, replayed]);
    const last = state();
    compiled.dispose();
    expect(measured().slice(0, 2)).toEqual([tensors, inUse]);
    expect(state()).toEqual(last);
    const { compiled: again } = counted(step);
    calls(again, state, 3);
    expect(again.refusal).toBeUndefined();
  });

  it("shares its variables with other compiled steps, whatever runs in between", async () => {
    await begin();
    const run = (wrap: (step: Step) => Step) => {
      const total = variable([1, 2, 3]);
      const adding = wrap((x) => {
        total.assign(tf.add(total, x));
        return tf.neg(total);
      });
      const halving = wrap((x) => {
        total.assign(tf.mul(total, 0.5));
        return tf.sub(total, x);
      });
      const reading = wrap((x) => tf.mul(total, x));
      const all = (i: number) => (x: tf.Tensor) => [adding, halving, reading].map((step) => step(tf.mul(x, i)));
      return Array.from({ length: 8 }, (_, i) =>
        tf.tidy(() => {
          if (i === 5) total.assign(tf.tensor1d([3, 2, 1]));
          return all(i)(tf.tensor1d([1, 10, 100])).map((y) => [...y.dataSync()]);
        }),
      );
    };
    const steps = expectReplayed(run);
    // One step less keeps the homes of the others.
    steps[0]!.compiled.dispose();
    expect(tf.tidy(() => [...steps[1]!.compiled(tf.zeros([3])).dataSync()]).every(Number.isFinite)).toBe(true);
    expect(steps[1]!.runs).toHaveBeenCalledTimes(RUNS_IN_JAVASCRIPT);
  });

  it("begins anew once the variable is freed", async () => {
    await begin();
    let running = variable([1, 2, 3]);
    const { runs, compiled } = counted((x: tf.Tensor) => {
      running.assign(tf.add(running, x) as tf.Tensor1D);
      return tf.neg(running);
    });
    const call = () => tf.tidy(() => [...compiled(tf.ones([3])).dataSync()]);
    const renew = () => {
      running.dispose();
      running = variable([1, 2, 3]);
    };
    call();
    renew();
    expect(call()).toEqual([-2, -3, -4]);
    for (let i = 0; i < 3; i++) call();
    expect(call()).toEqual([-6, -7, -8]);
    renew();
    expect(call()).toEqual([-2, -3, -4]);
    expect(compiled.refusal).toBeUndefined();
    const before = runs.mock.calls.length;
    expect([call(), call(), call()].at(-1)).toEqual([-5, -6, -7]);
    expect(runs.mock.calls.length - before).toBeLessThanOrEqual(1);
  });
});

describe("a compiled step that adds to gradients", () => {
  it("adds in every replay, also after they were set to zero", async () => {
    await begin();
    const run = (wrap: (step: Step) => Step) => {
      const w = variable([1, 2, 3]);
      attachGrad(w, "add");
      const slot = gradientSlot(w);
      const call = wrap((x) => {
        const { value, backward } = record(() => tf.square(tf.mul(w, x)));
        backward();
        return value;
      });
      const state = () => {
        const { isFresh } = slot;
        slot.isFresh = false;
        return [Number(isFresh), ...slot.gradient.dataSync()];
      };
      const result = calls(call, state, 8, (i) => {
        if (i === 4) tf.tidy(() => slot.gradient.assign(tf.zeros([3])));
        if (i === 5) {
          slot.gradReq = "write";
          tf.tidy(() => storeGradient(slot, tf.ones([3])));
          slot.gradReq = "add";
        }
      });
      detachGrad(w);
      return result;
    };
    expectReplayed(run);
  });

  it("is watched anew when they are to be replaced instead", async () => {
    await begin();
    const w = variable([1, 2, 3]);
    attachGrad(w, "add");
    cleanups.push(() => detachGrad(w));
    const slot = gradientSlot(w);
    const { compiled } = counted((x: tf.Tensor) => {
      const { value, backward } = record(() => tf.mul(w, x));
      backward();
      return value;
    });
    const gradient = () => (
      tf.tidy(() => compiled(tf.tensor1d([1, 10, 100])).dataSync()),
      [...slot.gradient.dataSync()]
    );
    expect([gradient(), gradient(), gradient(), gradient()].at(-1)).toEqual([4, 40, 400]);
    slot.gradReq = "write";
    for (let i = 0; i < 4; i++) expect(gradient()).toEqual([1, 10, 100]);
    expect(compiled.refusal).toBeUndefined();
  });
});

describe("a compiled step with numbers at equal distances", () => {
  it("has them as other constants", async () => {
    await begin();
    const { runs, compiled } = counted((x: tf.Tensor) =>
      tf.tidy(() => tf.add(tf.mul(x, tf.range(0, 3)), tf.linspace(1, 3, 3))),
    );
    for (let i = 0; i < 5; i++) {
      expect(tf.tidy(() => [...compiled(tf.fill([3], i)).dataSync()])).toEqual([1, 2 + i, 3 + 2 * i]);
    }
    expect(compiled.refusal).toBeUndefined();
    expect(runs).toHaveBeenCalledTimes(RUNS_IN_JAVASCRIPT);
  });
});

describe("a compiled step that draws numbers", () => {
  beforeEach(() => defaultRandom().reseed(3));

  const uniform = (size: number) => drawnTensor([size], () => defaultRandom().uniform(size, 1, 2));

  it.each([3, 100_000])(
    "draws them as it does uncompiled, and leaves the source where it would be: %s",
    async (size) => {
      await begin();
      const step = (x: tf.Tensor) =>
        tf.tidy(() => {
          const [first, unused, second] = [uniform(size), uniform(5), uniform(size)];
          expect(unused.size).toBe(5);
          return tf.add(tf.mul(tf.mean(x), first), tf.sqrt(second));
        });
      const state = () => [...defaultRandom().uniform(1)];
      const expected = calls(step, state);
      defaultRandom().reseed(3);
      const { runs, compiled } = counted(step);
      expect(calls(compiled, state)).toEqual(expected);
      expect(compiled.refusal).toBeUndefined();
      expect(runs).toHaveBeenCalledTimes(RUNS_IN_JAVASCRIPT);
      expect(new Set(expected.map(({ given }) => given[1])).size).toBe(6);
    },
  );
});

describe("a step whose recording fails", () => {
  it.each(["end", "way"])(
    "runs as it is, once: variables and random numbers are as before it, at its %s",
    async (where) => {
      const { info, context } = await begin();
      let attempts = 0;
      const make = () => {
        const { running, step } = movingStep();
        return {
          state: () => [...running.dataSync(), ...defaultRandom().uniform(1)],
          step: (x: tf.Tensor) =>
            tf.tidy(() => {
              const y = tf.mul(
                step(x),
                drawnTensor([3], () => defaultRandom().uniform(3)),
              );
              if (++attempts === 8 && where === "way") context.synchronize();
              return y;
            }),
        };
      };
      defaultRandom().reseed(3);
      const plain = make();
      const expected = calls(plain.step, plain.state);
      defaultRandom().reseed(3);
      const tried = make();
      const { compiled } = counted(tried.step);
      if (where === "end") {
        const endCapture = context.endCapture.bind(context);
        vi.spyOn(context, "endCapture").mockImplementationOnce(() => {
          endCapture();
          context.graphs--;
          throw new CudaError(
            "cuGraphInstantiateWithFlags",
            801,
            "CUDA_ERROR_NOT_SUPPORTED",
            "operation not supported",
          );
        });
      }
      expect(calls(compiled, tried.state)).toEqual(expected);
      expect(compiled.refusal).toMatch(/^the device would not record it/);
      expect(attempts).toBe(6 + 7);
      for (const cleanup of cleanups.splice(0)) cleanup();
      expect([context.graphs, info.memory!().inUseBytes]).toEqual([0, 0]);
    },
  );
});
