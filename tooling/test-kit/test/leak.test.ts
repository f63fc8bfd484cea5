import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, it } from "vitest";
import { expectNoLeak } from "../src/index.ts";

describe("expectNoLeak", () => {
  it("accepts what tidies up, and what it returns", () => {
    expectNoLeak(() => tf.tidy(() => tf.add(tf.ones([2]), 1).dataSync()));
    expectNoLeak(() => tf.ones([2]));
    expectNoLeak(() => ({ a: tf.ones([2]), b: [tf.ones([3])] }));
  });

  it("reports a tensor left behind", () => {
    let kept: tf.Tensor | undefined;
    expect(() =>
      expectNoLeak(() => {
        kept = tf.ones([2]);
      }),
    ).toThrow(/expected (\d+) tensors in \d+ buffers as before, got \d+ tensors/);
    kept?.dispose();
  });

  it("reports a tensor that vanished", () => {
    const x = tf.ones([2]);
    expect(() => expectNoLeak(() => x.dispose())).toThrow("tensors");
  });

  it("waits for a promise", async () => {
    await expectNoLeak(async () => {
      const x = tf.ones([2]);
      await x.data();
      x.dispose();
    });
    let kept: tf.Tensor | undefined;
    await expect(
      expectNoLeak(async () => {
        await Promise.resolve();
        kept = tf.ones([2]);
      }),
    ).rejects.toThrow("tensors");
    kept?.dispose();
  });
});
