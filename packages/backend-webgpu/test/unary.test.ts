import { UNIT } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

const FUNCTIONS = {
  exp: { run: tf.exp, exact: Math.exp },
  expm1: { run: tf.expm1, exact: Math.expm1 },
  log1p: { run: tf.log1p, exact: Math.log1p },
  sigmoid: { run: tf.sigmoid, exact: (x: number) => 1 / (1 + Math.exp(-x)) },
  softplus: { run: tf.softplus, exact: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
};

/** From tiny to where exponentials end, of both signs. */
const SIZES = Array.from({ length: 1000 }, (_, i) => 2 ** (-60 + (66 * i) / 1000));

describe.each(Object.entries(FUNCTIONS))("%s", (name, { run, exact }) => {
  it("is right to a few units in the last place, near zero too", async () => {
    const x = Float32Array.from([...SIZES, ...SIZES.map((size) => -size)]).filter(
      (value) => name !== "log1p" || value > -0.99,
    );
    const y = await run(tf.tensor1d(x)).data();
    // WGSL allows `exp` 3 + 2 |x| units.
    const errors = Array.from(x, (value, i) => {
      const bound = (8 + 4 * Math.abs(value)) * UNIT;
      return Math.abs(y[i]! / exact(value) - 1) / bound;
    });
    const worst = errors.indexOf(Math.max(...errors));
    expect(errors[worst], `of ${x[worst]}`).toBeLessThan(1);
  });

  it("keeps what is no number", async () => {
    expect(Array.from(await run(tf.tensor1d([NaN, 1])).data())[0]).toBeNaN();
  });
});
