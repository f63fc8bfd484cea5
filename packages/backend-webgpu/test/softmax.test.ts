import { UNIT } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

describe("Softmax", () => {
  it.each([1, 2, 10, 64, 65, 1000])("of rows of %i agrees with float64", async (columns) => {
    const logits = Array.from({ length: 3 * columns }, (_, i) => 8 * Math.sin(7 * i + 1));
    const y = await tf.softmax(tf.tensor2d(logits, [3, columns])).data();
    for (let row = 0; row < 3; row++) {
      const exps = logits.slice(row * columns, (row + 1) * columns).map((x) => Math.exp(Math.fround(x)));
      const sum = exps.reduce((total, one) => total + one, 0);
      for (const [i, one] of exps.entries()) {
        // Of differences of up to 16, which are rounded, and to whose exponentials WGSL allows 3 + 2 * 16 units.
        expect(Math.abs(y[row * columns + i]! / (one / sum) - 1)).toBeLessThan(60 * UNIT);
      }
    }
  });

  it("shows what is no number in every element of its row, and in no other", async () => {
    const logits = tf.tensor2d([[1, NaN, 3], [1, 2, 3], [Infinity, 1, 2], [-Infinity, 0, 0]]); // prettier-ignore
    const rows = await tf.softmax(logits).array();
    expect(rows[0]).toEqual([NaN, NaN, NaN]);
    expect(rows[1]!.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 6);
    expect(rows[2]).toEqual([NaN, NaN, NaN]);
    expect(rows[3]).toEqual([0, 0.5, 0.5]);
  });
});
