import { expectClose, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import {
  attachGrad,
  AutogradError,
  detachGrad,
  gradientSlot,
  isRecording,
  isTraining,
  predictMode,
  record,
  trainMode,
} from "../src/index.ts";

const made: tf.Variable[] = [];
function variable(values: number[]): tf.Variable {
  const v = tf.variable(tf.tensor1d(values));
  made.push(v);
  return v;
}

afterEach(() => {
  for (const v of made.splice(0)) {
    detachGrad(v);
    v.dispose();
  }
});

describe("record", () => {
  it("gives the gradient of the sum of an output that is no scalar", () => {
    const w = variable([1, 2, 3]);
    attachGrad(w);
    const { value, backward } = record(() => tf.square(w));
    expectClose(value, [1, 4, 9]);
    expectClose(gradientSlot(w).gradient, [0, 0, 0]);
    expect(gradientSlot(w).isFresh).toBe(false);
    backward();
    expectClose(gradientSlot(w).gradient, [2, 4, 6]);
    expect(gradientSlot(w).isFresh).toBe(true);
  });

  it("differentiates with respect to variables made in the forward pass", () => {
    let inside: tf.Variable | undefined;
    const { backward } = record(() => {
      inside = variable([1, 2, 3]);
      attachGrad(inside);
      return tf.square(inside);
    });
    backward();
    expectClose(gradientSlot(inside!).gradient, [2, 4, 6]);
  });

  it("scales by a head gradient", () => {
    const w = variable([1, 2]);
    attachGrad(w);
    record(() => tf.square(w), { headGradient: tf.tensor1d([10, 0]) }).backward();
    expectClose(gradientSlot(w).gradient, [20, 0]);
  });

  it("overwrites, accumulates or skips as gradReq says", () => {
    const [write, add, none] = [variable([3]), variable([3]), variable([3])];
    attachGrad(write);
    attachGrad(add, "add");
    attachGrad(none, "null");
    const forward = () => tf.addN([write, add, none].map((v) => tf.square(v)));
    record(forward).backward();
    record(forward).backward();
    expectClose(gradientSlot(write).gradient, [6]);
    expectClose(gradientSlot(add).gradient, [12]);
    expectClose(gradientSlot(none).gradient, [0]);
    expect(gradientSlot(none).isFresh).toBe(false);
  });

  it("adds up several uses of a variable", () => {
    const w = variable([2]);
    attachGrad(w);
    record(() => tf.add(tf.square(w), tf.mul(w, 3))).backward();
    expectClose(gradientSlot(w).gradient, [7]);
  });

  it("returns further outputs and differentiates the first alone", () => {
    const w = variable([2]);
    attachGrad(w);
    const { value, backward } = record(() => [tf.square(w), tf.mul(w, 100)]);
    backward();
    expectClose(value[1]!, [200]);
    expectClose(gradientSlot(w).gradient, [4]);
  });

  it("switches to training inside, and back", () => {
    const w = variable([1]);
    attachGrad(w);
    const seen: boolean[] = [];
    record(() => {
      seen.push(isTraining(), isRecording());
      predictMode(() => seen.push(isTraining(), isRecording()));
      return tf.square(w);
    });
    record(
      () => {
        seen.push(isTraining());
        return tf.square(w);
      },
      { trainMode: false },
    );
    trainMode(() => seen.push(isTraining(), isRecording()));
    seen.push(isTraining(), isRecording());
    expect(seen).toEqual([true, true, false, true, false, true, false, false, false]);
  });

  it("restores the mode when the forward pass throws", () => {
    attachGrad(variable([1]));
    expect(() =>
      record(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect([isTraining(), isRecording()]).toEqual([false, false]);
  });

  it("refuses a second backward pass", () => {
    const w = variable([1]);
    attachGrad(w);
    const { backward } = record(() => tf.square(w));
    backward();
    expect(backward).toThrow(AutogradError);
  });

  it("refuses a forward pass that no variable leads to", () => {
    expect(() => record(() => tf.scalar(1))).toThrow(AutogradError);
    attachGrad(variable([1]));
    expect(() => record(() => tf.scalar(1))).toThrow("none that leads to the output");
  });

  it("leaves nothing behind when the forward pass throws", () => {
    const w = variable([1, 2]);
    attachGrad(w);
    expectNoLeak(() => {
      const forward = () => {
        tf.square(tf.mul(w, 2));
        throw new Error("no");
      };
      expect(() => record(forward)).toThrow("no");
    });
  });

  it("leaves nothing behind when no variable leads to the output", () => {
    const x = tf.tensor1d([1, 2]);
    const refused = () => {
      expect(() => record(() => [tf.square(x), tf.neg(x)])).toThrow(AutogradError);
    };
    expectNoLeak(refused);
    attachGrad(variable([1]));
    expectNoLeak(refused);
    x.dispose();
  });

  it("frees activations and their gradients as the backward pass goes", () => {
    const w = variable(Array.from({ length: 256 }, () => 1));
    attachGrad(w);
    let live = 0;
    const probe = tf.customGrad((x) => ({
      value: tf.clone(x as tf.Tensor),
      gradFunc: (dy) => {
        live = tf.memory().numBytes;
        return tf.clone(dy);
      },
    }));
    const before = tf.memory().numBytes;
    const { value, backward } = record(() => {
      let y: tf.Tensor = probe(tf.mul(w, 2));
      for (let i = 0; i < 10; i++) y = tf.sin(y);
      return y;
    });
    backward();
    value.dispose();
    // The output, the gradient so far, what `mul` saved and two scalars, not the inputs and gradients of ten sines.
    expect((live - before) / (256 * 4)).toBeLessThan(4);
  });

  it("does not free tensors of the program's own that a gradient hands over", () => {
    const w = variable([1, 2]);
    attachGrad(w);
    const [mask, head] = [tf.tensor1d([3, 4]), tf.tensor1d([1, 1])];
    const masked = tf.customGrad((x) => ({ value: tf.mul(x as tf.Tensor, mask), gradFunc: () => mask }));
    const twice = tf.customGrad((a, b) => ({
      value: tf.add(a as tf.Tensor, b as tf.Tensor),
      gradFunc: (dy) => [dy, dy],
    }));
    const forward = () => masked(tf.neg(tf.neg(twice(tf.square(w), tf.mul(w, 2)))));
    for (let i = 0; i < 2; i++) record(forward, { headGradient: head }).backward();
    expectClose(gradientSlot(w).gradient, [3 * (2 + 2), 4 * (4 + 2)]);
    expectClose(mask, [3, 4]);
    expectClose(head, [1, 1]);
    tf.dispose([mask, head]);
  });

  it("can be differentiated itself", () => {
    const w = variable([2]);
    attachGrad(w);
    const x = tf.tensor1d([3]);
    const gradient = tf.grad((v: tf.Tensor) => record(() => tf.mul(tf.square(w), tf.square(v))).value)(x);
    expectClose(gradient, [4 * 6]);
    tf.dispose([x, gradient]);
  });

  it("leaves nothing behind but its outputs", () => {
    const w = variable([1, 2]);
    attachGrad(w, "add");
    expectNoLeak(() => {
      const { value, backward } = record(() => [tf.square(tf.mul(w, 2)), tf.mul(w, 3)]);
      backward();
      tf.dispose([...value]);
    });
  });
});
