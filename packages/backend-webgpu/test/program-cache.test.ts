import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

/** Running sums of rows, from the end of each. */
const fromTheEnd = (rows: readonly (readonly number[])[]): number[] =>
  rows.flatMap((row) => row.map((_, i) => row.slice(i).reduce((sum, value) => sum + value, 0)));

describe("programs of tfjs's that are compiled once", () => {
  it("are compiled again for a length that is written into their source", async () => {
    for (const length of [2, 3, 5, 2]) {
      const rows = [1, 2].map((row) => Array.from({ length }, (_, i) => row * (i + 1)));
      const sums = tf.cumsum(tf.tensor2d(rows), 1, false, true);
      expect(Array.from(await sums.data()), `of ${length} numbers`).toEqual(fromTheEnd(rows));
    }
  });
});
