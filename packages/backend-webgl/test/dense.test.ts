import { activations, dense, DENSE, DENSE_INPUT_GRADIENT, DENSE_WEIGHT_GRADIENT } from "@camada/tensor";
import {
  ACTIVATIONS,
  activatedValues,
  emptySums,
  randomTensor,
  RandomCase,
  SLOPES,
  WorstError,
  type Sums,
} from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

/** Whole products at once and in tiles, one part and several, edges of both. */
const SIZES = [
  { n: 1, inUnits: 1, units: 1 },
  { n: 3, inUnits: 1000, units: 5 },
  { n: 8, inUnits: 300, units: 84 },
  { n: 130, inUnits: 9, units: 521 },
  { n: 35, inUnits: 33, units: 34 },
];
/** Roundings of an activation, and between `dy`, `y` and `dy * activation'`. */
const ROUNDINGS = 6;

function run(name: string, inputs: tf.NamedTensorMap, attrs: object): Float32Array[] {
  const outputs = tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor | tf.Tensor[];
  return [outputs].flat().map((output) => output.dataSync<"float32">());
}

/** Adds a product; its magnitude may be that of what a factor was computed from. */
function add(sums: Sums, at: number, left: number, right: number, size = left): void {
  sums.data[at]! += left * right;
  sums.magnitude[at]! += Math.abs(size * right);
  sums.terms[at]! += 1;
}

describe.each(activations)("a dense layer through %s", (activation) => {
  it.each(SIZES)("agrees with float64, as its gradients do: $n x $inUnits -> $units", ({ n, inUnits, units }) => {
    const random = new RandomCase(`dense ${activation}`, n);
    const [x, weight] = [random.floats(n * inUnits), random.floats(units * inUnits)];
    const [bias, dy] = [random.floats(units), random.floats(n * units)];
    const y = activatedValues(random, activation, n * units);
    const inputs = {
      x: tf.tensor2d(x, [n, inUnits]),
      weight: tf.tensor2d(weight, [units, inUnits]),
      bias: tf.tensor1d(bias),
      dy: tf.tensor2d(dy, [n, units]),
    };
    const gradient = { dy: inputs.dy, ...(activation === "linear" ? {} : { y: tf.tensor2d(y, [n, units]) }) };
    const [forward] = run(DENSE, { x: inputs.x, weight: inputs.weight, bias: inputs.bias }, { activation });
    const [dx] = run(DENSE_INPUT_GRADIENT, { ...gradient, weight: inputs.weight }, { activation });
    const [dw, db] = run(DENSE_WEIGHT_GRADIENT, { ...gradient, x: inputs.x }, { activation, withBias: true });

    const worst = new WorstError();
    const [ofX, ofWeight, ofBias] = [emptySums(x.length), emptySums(weight.length), emptySums(units)];
    for (let row = 0; row < n; row++) {
      for (let unit = 0; unit < units; unit++) {
        const at = row * units + unit;
        const dz = dy[at]! * SLOPES[activation](y[at]!);
        const z = emptySums(1);
        add(z, 0, bias[unit]!, 1);
        add(ofBias, unit, dz, 1, dy[at]!);
        for (let i = 0; i < inUnits; i++) {
          const [left, right] = [row * inUnits + i, unit * inUnits + i];
          add(z, 0, x[left]!, weight[right]!);
          add(ofX, left, dz, weight[right]!, dy[at]!);
          add(ofWeight, right, dz, x[left]!, dy[at]!);
        }
        const exact = ACTIVATIONS[activation](z.data[0]!);
        const bound = (inUnits + 2) * 2 ** -24 * z.magnitude[0]! + ROUNDINGS * 2 ** -24 * Math.abs(exact) + 2 ** -126;
        worst.addValue("forward", forward![at]!, exact, bound, z.magnitude[0]!);
      }
    }
    worst.addSums("input gradient", dx!, ofX, ROUNDINGS);
    worst.addSums("weight gradient", dw!, ofWeight, ROUNDINGS);
    worst.addSums("bias gradient", db!, ofBias, ROUNDINGS);
    expect(worst.overBound, worst.where).toBeLessThan(1);
  });
});

describe("dense", () => {
  it.each([
    [1, 1, 1],
    [2, 7, 3],
    [3, 512, 5],
    [5, 513, 4],
    [1, 1100, 7],
    [4, 20000, 3],
  ])("of [%d, %d] and %d units sums in parts", async (n, size, units) => {
    const x = randomTensor<tf.Rank.R2>([n, size], { seed: 1 });
    const weight = randomTensor<tf.Rank.R2>([units, size], { seed: 2 });
    const bias = randomTensor<tf.Rank.R1>([units], { seed: 3 });
    const [a, b, c] = await Promise.all([x.data(), weight.data(), bias.data()]);
    const y = await dense(x, weight, bias).data();
    // In parts of 512 products: as many roundings of each, and one for each part.
    const roundings = Math.min(size, 512) + Math.ceil(size / 512) + 1;
    for (let i = 0; i < n * units; i++) {
      const [row, unit] = [Math.floor(i / units), i % units];
      let [sum, magnitude] = [c[unit]!, Math.abs(c[unit]!)];
      for (let k = 0; k < size; k++) {
        const product = a[row * size + k]! * b[unit * size + k]!;
        sum += product;
        magnitude += Math.abs(product);
      }
      expect(Math.abs(y[i]! - sum)).toBeLessThanOrEqual(roundings * 2 ** -24 * magnitude);
    }
  });

  it("leaves zeros beside odd shapes, which products of tfjs's would read", async () => {
    const x = tf.ones<tf.Rank.R2>([3, 3]);
    const y = dense(x, tf.ones<tf.Rank.R2>([5, 3]), tf.ones<tf.Rank.R1>([5]));
    expect([...(await tf.matMul(y, tf.ones([5, 1])).data())]).toEqual([20, 20, 20]);
    expect([...(await tf.matMul(y, tf.ones([3, 1]), true).data())]).toEqual([12, 12, 12, 12, 12]);
  });

  it.each([3, 35])("reads nothing that stands beside %d numbers", async (size) => {
    // e^0 is 1 there, which would be added to the sums.
    const ones = tf.exp<tf.Tensor2D>(tf.zeros([size, size]));
    const inputs = { x: ones, weight: ones, dy: ones };
    const all = [
      run(DENSE, { x: ones, weight: ones }, { activation: "linear" }),
      run(DENSE_INPUT_GRADIENT, { dy: inputs.dy, weight: ones }, { activation: "linear" }),
      run(DENSE_WEIGHT_GRADIENT, { dy: inputs.dy, x: ones }, { activation: "linear", withBias: true }),
    ].flat();
    for (const values of all) expect(new Set(values)).toEqual(new Set([size]));
  });
});
