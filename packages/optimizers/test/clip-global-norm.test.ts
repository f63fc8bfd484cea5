import { expectClose, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { clipGlobalNorm, OptimizerError } from "../src/index.ts";
import { toFloat32, type GoldenNumber } from "./golden.ts";
import golden from "./golden/mxnet-1.4.1.json" with { type: "json" };

interface ClipCase {
  readonly arrays: readonly (readonly GoldenNumber[])[];
  readonly maxNorm: number;
  readonly norm: GoldenNumber;
  readonly clipped: readonly (readonly GoldenNumber[])[];
}

const variables = (arrays: ClipCase["arrays"]) =>
  arrays.map((values) => tf.tidy(() => tf.variable(tf.tensor1d(toFloat32(values)))));

/** The sum of squares is added up in another order than BLAS does: two ulp of float32. */
const TWO_ULP = { relative: 2 ** -22 };

describe("clipGlobalNorm as MXNet 1.4.1", () => {
  for (const { arrays, maxNorm, norm, clipped } of golden.clips as unknown as ClipCase[]) {
    it(`[${arrays.map((values) => `[${values.join(", ")}]`).join(", ")}] to ${maxNorm}`, async () => {
      const gradients = variables(arrays);
      expectClose([await clipGlobalNorm(gradients, maxNorm)], toFloat32([norm]), TWO_ULP);
      gradients.forEach((gradient, i) => expectClose(gradient.dataSync(), toFloat32(clipped[i]!), TWO_ULP));
      tf.dispose(gradients);
    });
  }
});

describe("clipGlobalNorm", () => {
  it("scales before it is awaited", async () => {
    const gradients = variables([[3], [4]]);
    const norm = clipGlobalNorm(gradients, 1);
    expect(gradients[0]!.dataSync()[0]).toBeCloseTo(0.6, 6);
    expect(await norm).toBe(5);
    tf.dispose(gradients);
  });

  it("leaves no tensor behind", async () => {
    const gradients = variables([[3], [4]]);
    await expectNoLeak(async () => void (await clipGlobalNorm(gradients, 1)));
    tf.dispose(gradients);
  });

  it("refuses no gradients and a norm that is not above 0", async () => {
    await expect(clipGlobalNorm([], 1)).rejects.toThrow(OptimizerError);
    const gradients = variables([[3]]);
    for (const maxNorm of [0, -1, NaN]) {
      await expect(clipGlobalNorm(gradients, maxNorm)).rejects.toMatchObject({
        name: "OptimizerError",
        op: "clipGlobalNorm",
        got: String(maxNorm),
      });
    }
    expect(gradients[0]!.dataSync()[0]).toBe(3);
    tf.dispose(gradients);
  });
});
