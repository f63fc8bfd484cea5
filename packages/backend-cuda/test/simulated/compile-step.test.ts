import {
  attachGrad,
  compile,
  dense,
  defaultRandom,
  detachGrad,
  drawnTensor,
  gradientSlot,
  record,
  SGD_UPDATE,
  trainMode,
  updateInputs,
  useBackend,
} from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CudaBackend } from "../../src/cuda-backend.ts";
import { CudaContextLostError, CudaError } from "../../src/driver/errors.ts";
import { before, begin, cleanUp, cleanups, counted, variable } from "./compiled-steps.ts";

afterEach(cleanUp);

/** Numbers without a pattern. */
function numbers(shape: readonly number[], seed: number): tf.Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * (seed + 0.37))),
    [...shape],
  );
}

/** A net of two dense layers, trained by momentum SGD in place. */
function tinyNet() {
  const shapes = [[20, 12], [20], [5, 20], [5]];
  const weights = shapes.map((shape, i) => tf.tidy(() => tf.variable(tf.mul(numbers(shape, i), 0.3))));
  const momenta = shapes.map((shape) => tf.tidy(() => tf.variable(tf.zeros(shape), false)));
  for (const variable of weights) attachGrad(variable);
  cleanups.push(() => {
    for (const variable of weights) {
      detachGrad(variable);
      variable.dispose();
    }
    tf.dispose(momenta);
  });
  const [w0, b0, w1, b1] = weights as tf.Tensor[] as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const pass = (x: tf.Tensor, y: tf.Tensor) => {
    const { value, backward } = record(() => {
      const hidden = dense(x as tf.Tensor2D, w0 as tf.Tensor2D, b0 as tf.Tensor1D, "tanh");
      const outputs = dense(hidden, w1 as tf.Tensor2D, b1 as tf.Tensor1D);
      return [tf.sum(tf.square(tf.sub(outputs, y)), 1), outputs] as const;
    });
    backward();
    return tf.concat1d([tf.reshape(tf.sum(value[0]), [1]), tf.reshape(tf.mul(value[1], tf.scalar(0.5)), [-1])]);
  };
  /** In place, as `SGD` does; by hand, since what updates must be outside the compiled pass. */
  const update = (learningRate: number) => {
    const parameters = weights.map((weight, i) => {
      const slot = gradientSlot(weight);
      expect(slot.isFresh).toBe(true);
      slot.isFresh = false;
      return { weight, gradient: slot.gradient, momentum: momenta[i]! };
    });
    const attrs = { count: 4, momentum: 0.9, rescale: 0.1, clip: 0, wds: [0, 0, 0, 0] };
    tf.engine().runKernel(SGD_UPDATE, updateInputs(parameters), {
      ...attrs,
      learningRates: weights.map(() => learningRate),
    } as never);
  };
  return { weights, pass, update };
}

/** Trains for some steps; the batches of step `shortAt` are short. */
function train(
  pass: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor,
  update: (rate: number) => void,
  steps = 8,
  shortAt = -1,
) {
  return Array.from({ length: steps }, (_, i) =>
    tf.tidy(() => {
      const n = i === shortAt ? 3 : 8;
      const figures = pass(numbers([n, 12], 3 * i), numbers([n, 5], 3 * i + 1)).dataSync();
      update(i < 5 ? 0.05 : 0.02);
      return [...figures];
    }),
  );
}

const valuesOf = (variables: readonly tf.Variable[]) => variables.map((variable) => [...variable.dataSync()]);

describe("a compiled step", () => {
  it.each([true, false])("trains bit for bit as it is, guarded or not: %s", async (isGuarded) => {
    const { context } = await begin({ isGuarded });
    const plain = tinyNet();
    const expected = train(plain.pass, plain.update, 9, 6);
    const compiled = tinyNet();
    const { runs, compiled: pass } = counted(compiled.pass);
    expect(train(pass, compiled.update, 9, 6)).toEqual(expected);
    expect(valuesOf(compiled.weights)).toEqual(valuesOf(plain.weights));
    expect(pass.refusal).toBeUndefined();
    // The first, the recorded and the short one.
    expect(runs).toHaveBeenCalledTimes(3);
    expect(context.graphLaunches).toBe(7);
  });

  it("takes no more memory, however often it is replayed, and leaves no tensor", async () => {
    const { info, context } = await begin();
    const { pass, update } = tinyNet();
    const { compiled } = counted(pass);
    train(compiled, update, 3);
    const measured = () => [tf.memory().numTensors, info.memory!().inUseBytes, info.memory!().cachedBytes];
    const first = [...measured(), context.memory.inUseBytes];
    for (let i = 0; i < 12; i++) train(compiled, update, 5);
    expect([...measured(), context.memory.inUseBytes]).toEqual(first);
  });

  it("has memory that nothing outside gets, for temporaries, inputs and constants", async () => {
    await begin();
    const { runs, compiled } = counted((x: tf.Tensor) =>
      tf.tidy(() => tf.add(tf.mul(tf.add(x, tf.tensor1d([1, 2, 3])), tf.scalar(10)), tf.tensor1d([5, 6, 7]))),
    );
    const held: tf.Tensor[] = [];
    for (let i = 0; i < 6; i++) {
      const y = tf.tidy(() => compiled(tf.tensor1d([i, i, i])));
      expect([...y.dataSync()]).toEqual([10 * (i + 1) + 5, 10 * (i + 2) + 6, 10 * (i + 3) + 7]);
      y.dispose();
      for (let k = 0; k < 20; k++) held.push(tf.mul(tf.ones([3]), 99));
    }
    expect(runs).toHaveBeenCalledTimes(2);
    expect(held.every((tensor) => tensor.dataSync().every((value) => value === 99))).toBe(true);
    tf.dispose(held);
  });

  it("does not change what its earlier calls gave, nor copies of gradients", async () => {
    await begin();
    const w = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    attachGrad(w);
    cleanups.push(() => {
      detachGrad(w);
      w.dispose();
    });
    const { runs, compiled } = counted((x: tf.Tensor) => {
      const { value, backward } = record(() => tf.square(tf.mul(w, x)));
      backward();
      return value;
    });
    const results: tf.Tensor[] = [];
    const gradients: tf.Tensor[] = [];
    for (let i = 1; i <= 5; i++) {
      results.push(tf.tidy(() => compiled(tf.tensor1d([i, 1]))));
      gradients.push(tf.clone(gradientSlot(w).gradient));
    }
    expect(runs).toHaveBeenCalledTimes(2);
    expect(results.map((result) => [...result.dataSync()])).toEqual([1, 2, 3, 4, 5].map((i) => [i * i, 4]));
    expect(gradients.map((gradient) => [...gradient.dataSync()])).toEqual([1, 2, 3, 4, 5].map((i) => [2 * i * i, 4]));
    tf.dispose([...results, ...gradients]);
  });

  it("is recorded anew when a variable has other memory, and runs as it is when that goes on", async () => {
    await begin();
    const w = tf.tidy(() => tf.variable(tf.tensor1d([1, 1]), false, "moving"));
    cleanups.push(() => w.dispose());
    const { runs, compiled } = counted((x: tf.Tensor) => tf.mul(x, w));
    const call = () => tf.tidy(() => [...compiled(tf.tensor1d([1, 2])).dataSync()]);
    const assign = (value: number) => tf.tidy(() => w.assign(tf.fill([2], value)));
    expect([call(), call(), call()]).toEqual(Array.from({ length: 3 }, () => [1, 2]));
    assign(5);
    expect([call(), call()]).toEqual(Array.from({ length: 2 }, () => [5, 10]));
    expect(runs).toHaveBeenCalledTimes(3);
    expect(compiled.refusal).toBeUndefined();
    for (let i = 0; i < 6; i++) {
      assign(i);
      expect(call()).toEqual([i, 2 * i]);
    }
    expect(compiled.refusal).toBe("moving has moved from call to call");
  });

  it("gives its memory back when it is disposed of, and its results stay", async () => {
    const { context, backend } = await begin();
    const { compiled } = counted((x: tf.Tensor) => tf.tidy(() => tf.square(tf.add(x, tf.scalar(1)))));
    const call = (value: number) => tf.tidy(() => compiled(tf.fill([1_000_000], value)));
    call(1).dispose();
    const last = [call(2), call(3)].at(-1)!;
    const { numTensors } = tf.memory();
    compiled.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(backend.recordedSteps.size).toBe(0);
    expect(context.graphs).toBe(0);
    tf.fill([1_000_000], 7).dispose();
    expect(last.dataSync().every((value) => value === 16)).toBe(true);
  });

  it("goes with its backend", async () => {
    const { context, info } = await begin();
    const { compiled } = counted((x: tf.Tensor) => tf.square(x));
    for (let i = 0; i < 3; i++) tf.tidy(() => compiled(tf.ones([3])));
    expect(context.graphs).toBe(1);
    await tf.setBackend(before);
    tf.removeBackend(info.tfBackend);
    expect(context.graphs).toBe(0);
  });

  it("begins anew after its context was lost", async () => {
    const { device, context } = await begin();
    const { compiled } = counted((x: tf.Tensor) => tf.add(x, 1));
    const call = () => tf.tidy(() => [...compiled(tf.tensor1d([1, 2])).dataSync()]);
    for (let i = 0; i < 3; i++) call();
    const launch = vi.spyOn(context, "launchGraph").mockImplementation(() => {
      throw context.lose(new CudaError("cuGraphLaunch", 700, "CUDA_ERROR_ILLEGAL_ADDRESS", "out of bounds"));
    });
    expect(call).toThrow(CudaContextLostError);
    expect(call).toThrow(CudaContextLostError);
    launch.mockRestore();
    await useBackend(device);
    for (let i = 0; i < 4; i++) expect(call()).toEqual([2, 3]);
    expect((tf.backend() as CudaBackend).recordedSteps.size).toBe(1);
  });

  it("is a part of a compiled step around it", async () => {
    const { context } = await begin();
    const inner = compile((x: tf.Tensor) => tf.square(x));
    const { runs, compiled } = counted((x: tf.Tensor) => tf.add(inner(x), 1));
    for (let i = 0; i < 4; i++) expect(tf.tidy(() => [...compiled(tf.tensor1d([i])).dataSync()])).toEqual([i * i + 1]);
    expect(runs).toHaveBeenCalledTimes(2);
    expect(context.graphs).toBe(1);
  });

  it("runs as it is in another mode, and with another number", async () => {
    await begin();
    const { runs, compiled } = counted((x: tf.Tensor, factor: number) => tf.mul(x, factor));
    const call = (factor: number) => tf.tidy(() => [...compiled(tf.tensor1d([1, 2]), factor).dataSync()]);
    for (let i = 0; i < 3; i++) call(2);
    expect(call(3)).toEqual([3, 6]);
    expect(trainMode(() => call(2))).toEqual([2, 4]);
    expect(runs).toHaveBeenCalledTimes(4);
    expect(call(2)).toEqual([2, 4]);
    expect(runs).toHaveBeenCalledTimes(4);
  });
});

describe("a step that is none to replay", () => {
  let draws = 0;
  let kept: tf.Tensor[] = [];
  const cases: [string, string | RegExp, () => (x: tf.Tensor1D) => unknown][] = [
    ["reads a tensor", "it reads a tensor", () => (x) => tf.mul(x, x.dataSync()[0]!)],
    ["begins to read a tensor", "it reads a tensor", () => (x) => (void x.data(), tf.neg(x))],
    ["runs on the host", "it runs Unique on the host", () => (x) => tf.unique(x).values],
    [
      "draws random numbers in its own way",
      "it draws random numbers in its own way",
      () => (x) => tf.mul(x, tf.tensor1d(defaultRandom().uniform(3))),
    ],
    [
      "draws more than it makes tensors of",
      "it draws random numbers in its own way",
      () => (x) => {
        defaultRandom().uniform(1);
        return tf.mul(
          x,
          drawnTensor([3], () => defaultRandom().uniform(3)),
        );
      },
    ],
    [
      "draws by other numbers each time",
      "it draws random numbers in its own way",
      () => (x) => {
        const high = ++draws;
        return tf.mul(
          x,
          drawnTensor([3], () => defaultRandom().uniform(3, 0, high)),
        );
      },
    ],
    [
      "sends other numbers each time",
      "it did not send the same numbers to the device twice",
      () => (x) => tf.mul(x, tf.scalar(++draws)),
    ],
    [
      "asks for something else each time",
      "it did not do the same twice: ClipByValue differs",
      () => (x) => tf.clipByValue(x, -1, ++draws),
    ],
    [
      "does more each time",
      /^it did not do the same twice/,
      () => (x) => Array.from({ length: ++draws }).reduce<tf.Tensor>((sum) => tf.add(sum, 1), x),
    ],
    [
      "reads another tensor each time",
      "it did not read the same tensors twice",
      () => {
        const others = [1, 2, 3, 4, 5].map((value) => tf.tensor1d([value, value, 2]));
        cleanups.push(() => tf.dispose(others));
        return (x) => tf.mul(x, others[draws++ % 5]!);
      },
    ],
    [
      "assigns a variable what it gets",
      /^it assigns variable \d+ a tensor that it did not make$/,
      () => {
        const statistic = variable([1, 1, 1]);
        return (x) => {
          statistic.assign(x);
          return tf.mul(x, statistic);
        };
      },
    ],
    [
      "assigns a variable in every second call",
      "it did not assign the same variables twice",
      () => {
        const [one, other] = [variable([1, 1, 1]), variable([1, 1, 1])];
        return (x) => {
          (++draws % 2 === 0 ? one : other).assign(tf.neg(x));
          return tf.mul(x, 2);
        };
      },
    ],
    [
      "updates parameters",
      "it updates parameters, by numbers that change",
      () => {
        const w = tf.variable(tf.ones([3]), false);
        cleanups.push(() => w.dispose());
        return (x) => {
          const attrs = { count: 1, momentum: 0, rescale: 1, clip: 0, wds: [0], learningRates: [++draws] };
          const inputs = updateInputs([{ weight: w, gradient: x }]);
          tf.engine().runKernel(SGD_UPDATE, inputs, attrs as never);
          return tf.add(w, 0);
        };
      },
    ],
    [
      "keeps a tensor",
      "it keeps a tensor beyond its end",
      () => (x) => {
        const squares = tf.keep(tf.square(x));
        kept.push(squares);
        return tf.add(squares, 1);
      },
    ],
    [
      "gives what it gets",
      "it gives a tensor that no kernel of the device made in it",
      () => (x) => tf.reshape(x, [3, 1]),
    ],
    [
      "gives a tensor of the host",
      "it gives a tensor that no kernel of the device made in it",
      () => () => tf.scalar(3),
    ],
    ["gives a function", "it gives [object Function]", () => (x) => [tf.neg(x), () => 3]],
    [
      "leaves the types of the device",
      "it runs Cast on the host",
      () => (x) => tf.cast(tf.cast(x, "complex64"), "float32"),
    ],
  ];

  it.each(cases)("%s: it runs as it is, once a call", async (_, reason, make) => {
    const { context } = await begin();
    const values = (step: (x: tf.Tensor1D) => unknown) =>
      [1, 2, 3, 4, 5].map((i) =>
        tf.tidy(() => {
          const given = step(tf.tensor1d([i, -i, 2]));
          const [y] = Array.isArray(given) ? (given as tf.Tensor[]) : [given as tf.Tensor];
          return [...y!.dataSync()];
        }),
      );
    draws = 0;
    defaultRandom().reseed(3);
    const expected = values(make());
    draws = 0;
    const { numTensors } = tf.memory();
    const step = make();
    const made = tf.memory().numTensors - numTensors;
    const { runs, compiled } = counted(step);
    defaultRandom().reseed(3);
    expect(values(compiled)).toEqual(expected);
    expect(compiled.refusal).toEqual(typeof reason === "string" ? reason : expect.stringMatching(reason));
    expect(runs).toHaveBeenCalledTimes(5);
    expect(context.graphs).toBe(0);
    const keptHere = kept.length / 2;
    tf.dispose(kept);
    kept = [];
    expect(tf.memory().numTensors - numTensors - made).toBeLessThanOrEqual(_ === "keeps a tensor" ? keptHere : 0);
  });

  it("is done as far as it was recorded when that shows only in the second call", async () => {
    const { info, context } = await begin();
    let calls = 0;
    const { runs, compiled } = counted((x: tf.Tensor) =>
      tf.tidy(() => {
        const squares = tf.square(x);
        const factor = ++calls === 2 ? squares.dataSync()[0]! : 1;
        return tf.add(tf.mul(squares, factor), tf.scalar(calls));
      }),
    );
    const call = () => tf.tidy(() => [...compiled(tf.tensor1d([2, 3])).dataSync()]);
    expect([call(), call(), call()]).toEqual([
      [5, 10],
      [18, 38],
      [7, 12],
    ]);
    expect(runs).toHaveBeenCalledTimes(3);
    expect(compiled.refusal).toBe("it reads a tensor");
    expect(context.graphs).toBe(0);
    expect(info.memory!().inUseBytes).toBe(0);
  });
});

describe("a failure while a step is recorded", () => {
  it("of the step itself leaves the device usable, and frees what was made", async () => {
    const { info, context } = await begin();
    let calls = 0;
    const { compiled } = counted((x: tf.Tensor) => {
      const y = tf.square(x);
      if (++calls === 2) throw new Error("no step today");
      return y;
    });
    const call = () => tf.tidy(() => [...compiled(tf.tensor1d([3])).dataSync()]);
    expect(call()).toEqual([9]);
    expect(call).toThrow("no step today");
    expect([context.graphs, info.memory!().inUseBytes]).toEqual([0, 0]);
    for (let i = 0; i < 3; i++) expect(call()).toEqual([9]);
    expect(calls).toBe(3);
    expect(compiled.refusal).toBeUndefined();
  });

  it("of the driver at the end runs the step as it is", async () => {
    const { info, context } = await begin();
    const { compiled } = counted((x: tf.Tensor) => tf.square(x));
    const call = () => tf.tidy(() => [...compiled(tf.tensor1d([3])).dataSync()]);
    call();
    const endCapture = context.endCapture.bind(context);
    vi.spyOn(context, "endCapture").mockImplementationOnce(() => {
      endCapture();
      context.graphs--;
      throw new CudaError("cuGraphInstantiateWithFlags", 801, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported");
    });
    expect([call(), call()]).toEqual([[9], [9]]);
    expect(compiled.refusal).toMatch(/^the device would not record it: cuGraphInstantiateWithFlags: .*801/);
    expect([context.graphs, info.memory!().inUseBytes]).toEqual([0, 0]);
  });

  it("of the driver on the way runs the step as it is", async () => {
    const { context } = await begin();
    let calls = 0;
    const { compiled } = counted((x: tf.Tensor) => {
      const y = tf.square(x);
      if (++calls === 2) context.synchronize();
      return y;
    });
    const call = () => tf.tidy(() => [...compiled(tf.tensor1d([3])).dataSync()]);
    expect([call(), call(), call()]).toEqual([[9], [9], [9]]);
    expect(compiled.refusal).toMatch(/CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED/);
    expect(tf.add(1, 1).dataSync()[0]).toBe(2);
  });

  it("of memory runs the step as it is", async () => {
    const { info } = await begin({ memoryLimitBytes: 14_000_000 });
    const { compiled } = counted((x: tf.Tensor) => tf.tidy(() => tf.sum(tf.square(tf.add(x, 1)))));
    const x = tf.ones([1_000_000]);
    for (let i = 0; i < 3; i++) expect(tf.tidy(() => compiled(x).dataSync()[0])).toBe(4_000_000);
    expect(compiled.refusal).toMatch(/^the device would not record it: cuda: expected \d+ bytes of device memory/);
    x.dispose();
    expect(info.memory!().inUseBytes).toBe(0);
  });

  it("of memory for the arguments runs the step as it is", async () => {
    const { info } = await begin({ memoryLimitBytes: 6_000_000 });
    const { compiled } = counted((x: tf.Tensor) => tf.sum(x));
    const x = tf.ones([1_000_000]);
    for (let i = 0; i < 3; i++) expect(tf.tidy(() => compiled(x).dataSync()[0])).toBe(1_000_000);
    expect(compiled.refusal).toMatch(/^the device would not record it: cuda: expected 4000000 bytes of device memory/);
    x.dispose();
    expect(info.memory!().inUseBytes).toBe(0);
  });
});
