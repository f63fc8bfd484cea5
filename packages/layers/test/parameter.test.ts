import { ShapeError } from "@camada/conv-math";
import { AutogradError, record } from "@camada/tensor";
import { expectClose, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import {
  BlockError,
  Constant,
  DeferredInitializationError,
  Parameter,
  ParameterDict,
  UninitializedParameterError,
  type ParameterOptions,
} from "../src/index.ts";

const made: Parameter[] = [];
function parameter(options: Partial<ParameterOptions> = {}): Parameter {
  const one = new Parameter("dense0_weight", { shape: [2, 3], ...options });
  made.push(one);
  return one;
}

afterEach(() => {
  for (const one of made.splice(0)) one.dispose();
});

/** Backward of `Σ factor · weight`: the gradient is `factor` everywhere. */
function backward(one: Parameter, factor = 1): void {
  tf.tidy(() => record(() => tf.mul(one.data(), factor)).backward());
}

describe("Parameter", () => {
  it("names itself in the error when it is read too early", () => {
    const never = parameter();
    expect(() => never.data()).toThrow(UninitializedParameterError);
    const deferred = parameter({ shape: [2, 0] });
    deferred.initialize();
    let caught: unknown;
    try {
      deferred.data();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(DeferredInitializationError);
    expect((caught as DeferredInitializationError).parameter).toBe("dense0_weight");
    expect(deferred.isDeferred).toBe(true);
    expect(deferred.isInitialized).toBe(false);
  });

  it("gets its values when its shape is inferred", () => {
    const one = parameter({ shape: [2, 0] });
    one.initialize("ones");
    one.inferShape([2, 3]);
    one.finishInitialization();
    expectClose(one.data(), tf.ones([2, 3]));
    expect(one.isDeferred).toBe(false);
  });

  it("refuses a shape that disagrees", () => {
    expect(() => parameter({ shape: [2, 0] }).inferShape([3, 3])).toThrow(ShapeError);
    expect(() => parameter({ shape: [2, 0] }).inferShape([2, 3, 1])).toThrow(
      "dense0_weight: expected shape [2, 0], got [2, 3, 1]",
    );
  });

  it("prefers its own initializer and keeps its values unless forced", () => {
    const own = parameter({ initializer: "ones" });
    own.initialize("zeros");
    expectClose(own.data(), tf.ones([2, 3]));
    const other = parameter();
    other.initialize("zeros");
    const variable = other.data();
    other.initialize("ones");
    expectClose(other.data(), tf.zeros([2, 3]));
    backward(other);
    other.initialize(new Constant(4), { forceReinit: true });
    expectClose(other.data(), tf.mul(tf.ones([2, 3]), 4));
    expect(other.data()).toBe(variable);
    expect(other.isGradFresh).toBe(false);
    expectClose(other.grad(), tf.zeros([2, 3]));
  });

  it("is as before when its initializer refuses", () => {
    const one = parameter({ shape: [3] });
    expect(() => one.initialize("xavier")).toThrow(ShapeError);
    expect([one.isDeferred, one.isInitialized]).toEqual([false, false]);
    one.initialize(new Constant(2));
    expect(() => one.initialize("xavier", { forceReinit: true })).toThrow(ShapeError);
    expect(one.isDeferred).toBe(false);
    expectClose(one.data(), [2, 2, 2]);
  });

  it("keeps, adds up or leaves out gradients as gradReq says", () => {
    const one = parameter();
    one.initialize();
    expect(one.isGradFresh).toBe(false);
    expectClose(one.grad(), tf.zeros([2, 3]));
    backward(one, 2);
    expect(one.isGradFresh).toBe(true);
    backward(one, 3);
    expectClose(one.grad(), tf.mul(tf.ones([2, 3]), 3));
    one.markGradStale();
    expect(one.isGradFresh).toBe(false);
    one.gradReq = "add";
    backward(one, 2);
    backward(one, 3);
    expectClose(one.grad(), tf.mul(tf.ones([2, 3]), 5));
    one.zeroGrad();
    expectClose(one.grad(), tf.zeros([2, 3]));
    one.gradReq = "null";
    expect(() => one.grad()).toThrow(AutogradError);
    expect(one.isGradFresh).toBe(false);
    expect(() => backward(one)).toThrow(AutogradError);
  });

  it("never has a gradient when it is not differentiable", () => {
    const running = parameter({ isDifferentiable: false });
    running.gradReq = "write";
    expect(running.gradReq).toBe("null");
    running.initialize();
    expect(() => running.grad()).toThrow("grad: expected gradReq write or add for dense0_weight, got null");
  });

  it("takes values from data or a tensor, also before its shape is known, and copies them", () => {
    const one = parameter({ shape: [0, 2] });
    one.initialize();
    const data = Float32Array.of(1, 2, 3, 4);
    one.setData({ shape: [2, 2], data });
    data[0] = 9;
    expectClose(one.data(), [
      [1, 2],
      [3, 4],
    ]);
    tf.tidy(() => one.setData(tf.tensor2d([5, 6, 7, 8], [2, 2])));
    expectClose(one.data(), [
      [5, 6],
      [7, 8],
    ]);
    expect(() => one.setData({ shape: [3, 2], data: new Float32Array(6) })).toThrow(ShapeError);
    const other = parameter({ shape: [0, 2] });
    expect(() => other.setData({ shape: [2, 2], data: new Float32Array(3) })).toThrow(ShapeError);
    expect(other.shape).toEqual([0, 2]);
    expect(() => one.setData({ shape: [2, 2], data: new Float32Array(3) })).toThrow(
      "dense0_weight: expected values for shape [2, 2], got 3 values",
    );
  });

  it("frees everything, also a gradient that gradReq took away", () => {
    expectNoLeak(() => {
      const one = parameter();
      one.initialize();
      one.gradReq = "null";
      one.gradReq = "write";
      backward(one);
      one.initialize("ones", { forceReinit: true });
      one.dispose();
      expect(one.isInitialized).toBe(false);
    });
  });

  it("prints as Gluon does", () => {
    expect(String(parameter({ shape: [6, 0, 5, 5] }))).toBe(
      "Parameter dense0_weight (shape=(6, 0, 5, 5), dtype=<class 'numpy.float32'>)",
    );
    expect(String(parameter({ shape: [6], dtype: "float32" }))).toBe(
      "Parameter dense0_weight (shape=(6,), dtype=float32)",
    );
  });
});

describe("ParameterDict", () => {
  it("sets one field of all parameters", () => {
    const dict = new ParameterDict("net_");
    dict.add(parameter());
    dict.setattr("wdMult", 0);
    dict.setattr("gradReq", "add");
    expect([...dict.values()].map(({ wdMult, gradReq }) => [wdMult, gradReq])).toEqual([[0, "add"]]);
  });

  it("refuses two parameters of one name, but not one twice", () => {
    const dict = new ParameterDict("net_");
    const one = parameter();
    dict.add(one);
    dict.add(one);
    expect(dict.size).toBe(1);
    expect(() => dict.add(parameter())).toThrow(BlockError);
  });
});
