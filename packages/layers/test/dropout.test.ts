import { ShapeError } from "@camada/conv-math";
import { random, trainMode } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Dropout } from "../src/index.ts";
import { construct, tensorOf } from "./golden.ts";
import { mxnet141 } from "./mxnet-1.4.1.generated.ts";

describe("Dropout", () => {
  it.each(mxnet141.dropout.map((golden) => [JSON.stringify(golden.args), golden] as const))(
    "drops what MXNet drops with %s after seed 0",
    (_, { args, y }) =>
      tf.tidy(() => {
        random.seed(0);
        const x = tf.ones([...y.shape]);
        expectClose(
          trainMode(() => construct("Dropout", args).forward(x)),
          tensorOf(y),
          { relative: 1.2e-7 },
        );
      }),
  );

  it("passes everything on in prediction", () => {
    tf.tidy(() => expectClose(new Dropout(0.9).forward(tf.ones([5])), tf.ones([5])));
  });

  it("refuses a rate that leaves nothing, or no probability", () => {
    for (const rate of [1, -0.1, NaN]) expect(() => new Dropout(rate)).toThrow(ShapeError);
  });
});
