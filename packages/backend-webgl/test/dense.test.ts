import { dense } from "@camada/tensor";
import { randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

describe("dense", () => {
  it.each([
    [1, 1, 1],
    [2, 7, 3],
    [3, 512, 5],
    [5, 513, 4],
    [1, 1100, 7],
    [4, 20000, 3],
  ])("of [%d, %d] and %d units agrees with float64", async (n, size, units) => {
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

  it("leaves zeros beside odd shapes, which products would read", async () => {
    const x = tf.ones<tf.Rank.R2>([3, 3]);
    const y = dense(x, tf.ones<tf.Rank.R2>([5, 3]), tf.ones<tf.Rank.R1>([5]));
    expect([...(await tf.matMul(y, tf.ones([5, 1])).data())]).toEqual([20, 20, 20]);
    expect([...(await tf.matMul(y, tf.ones([3, 1]), true).data())]).toEqual([12, 12, 12, 12, 12]);
  });
});
