import { ADAM_UPDATE, SGD_UPDATE, type AdamUpdateAttrs, type SgdUpdateAttrs } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

const SHAPE: [number, number] = [3, 5];
const { fround } = Math;

function numbers(frequency: number): Float32Array {
  return Float32Array.from({ length: 15 }, (_, i) => Math.sin(frequency * i + 0.3));
}

function tensor(values: Float32Array): tf.Tensor2D {
  return tf.tensor2d(values.slice(), SHAPE);
}

function run(kernelName: string, inputs: tf.NamedTensorMap, attrs: SgdUpdateAttrs | AdamUpdateAttrs): void {
  tf.engine().runKernel(kernelName, inputs, attrs as unknown as tf.NamedAttrMap);
}

/** Numbers as the rules' formulas give them, each operation rounded; a GPU may leave one rounding out. */
async function expectNear(actual: tf.Tensor, expected: Float32Array, largest = 1): Promise<void> {
  const values = await actual.data();
  expected.forEach((value, i) => expect(Math.abs(values[i]! - value)).toBeLessThanOrEqual(largest * 2 ** -22));
}

const base: SgdUpdateAttrs = { count: 1, momentum: 0.9, rescale: 0.5, clip: 0, learningRates: [0.25], wds: [0.01] };

describe("the update of SGD", () => {
  it.each([
    ["with decay", base],
    ["without decay", { ...base, wds: [0] }],
    ["clipped", { ...base, clip: 0.2 }],
  ])("with momentum, %s", async (_, attrs) => {
    const [w, g, m] = [numbers(1), numbers(3), numbers(7)];
    const [weight, gradient, momentum] = [tensor(w), tensor(g), tensor(m)];
    run(SGD_UPDATE, { weight0: weight, gradient0: gradient, momentum0: momentum }, attrs);
    const decay = fround(0.25 * fround(attrs.wds[0]!));
    const steps = g.map((value) => {
      const { clip } = attrs;
      return clip === 0 ? 0.125 * value : 0.25 * Math.max(-clip, Math.min(clip, 0.5 * value));
    });
    const kept = m.map((value, i) => fround(fround(fround(fround(0.9) * value) - fround(decay * w[i]!)) - steps[i]!));
    await expectNear(momentum, kept);
    await expectNear(
      weight,
      w.map((value, i) => value + kept[i]!),
    );
  });

  it("without momentum, for several parameters at once", async () => {
    const [w, g] = [numbers(1), numbers(3)];
    const weights = [tensor(w), tensor(w)];
    const gradient = tensor(g);
    const inputs = { weight0: weights[0]!, gradient0: gradient, weight1: weights[1]!, gradient1: gradient };
    run(SGD_UPDATE, inputs, { ...base, count: 2, momentum: 0, learningRates: [0.25, 0.5], wds: [0, 0.5] });
    await expectNear(
      weights[0]!,
      w.map((value, i) => value - 0.125 * g[i]!),
    );
    await expectNear(
      weights[1]!,
      w.map((value, i) => 0.75 * value - 0.25 * g[i]!),
    );
  });

  it("reaches what was read before, and leaves slices their numbers", async () => {
    const w = numbers(1);
    const weight = tensor(w);
    const row = tf.slice(weight, [1, 0], [1, 5]);
    await Promise.all([weight.data(), row.data()]);
    const reading = tf.add(weight, 0);
    const before = weight.data();
    run(SGD_UPDATE, { weight0: weight, gradient0: tensor(numbers(3)) }, { ...base, momentum: 0, rescale: 0 });
    run(SGD_UPDATE, { weight0: weight, gradient0: tensor(numbers(3)) }, { ...base, momentum: 0, rescale: 0 });
    await before;
    const rest = fround(1 - fround(0.25 * fround(0.01)));
    await expectNear(
      weight,
      w.map((value) => fround(rest * fround(rest * value))),
    );
    expect(await row.data()).toEqual(w.slice(5, 10));
    expect(await reading.data()).toEqual(w);
  });

  it("keeps no memory", () => {
    const inputs = { weight0: tensor(numbers(1)), gradient0: tensor(numbers(3)), momentum0: tensor(numbers(7)) };
    run(SGD_UPDATE, inputs, base);
    const before = tf.memory();
    for (let i = 0; i < 5; i++) run(SGD_UPDATE, inputs, base);
    expect(tf.memory()).toEqual(before);
  });
});

describe("the update of Adam", () => {
  it.each([0, 0.3])("follows the rule, with a bound of %d", async (clip) => {
    const [w, g, m, v] = [numbers(1), numbers(3), numbers(7), numbers(2).map((value) => value ** 2)];
    const [weight, gradient, mean, variance] = [tensor(w), tensor(g), tensor(m), tensor(v)];
    const attrs: AdamUpdateAttrs = {
      ...base,
      clip,
      learningRates: [0.01],
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-3,
    };
    run(ADAM_UPDATE, { weight0: weight, gradient0: gradient, mean0: mean, variance0: variance }, attrs);
    const sums = g.map((value, i) => {
      const sum = 0.5 * value + 0.01 * w[i]!;
      return clip === 0 ? sum : Math.max(-clip, Math.min(clip, sum));
    });
    const [beta1, beta2] = [fround(0.9), fround(0.999)];
    const means = m.map((value, i) => beta1 * value + (1 - beta1) * sums[i]!);
    const variances = v.map((value, i) => beta2 * value + (1 - beta2) * sums[i]! ** 2);
    await expectNear(mean, means);
    await expectNear(variance, variances);
    const changes = means.map((value, i) => (0.01 * value) / (Math.sqrt(variances[i]!) + 1e-3));
    await expectNear(
      weight,
      w.map((value, i) => value - changes[i]!),
      Math.max(1, ...changes.map(Math.abs)),
    );
  });
});
