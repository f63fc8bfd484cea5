import {
  activeBackend,
  compiledStep,
  isRecording,
  isTraining,
  record,
  trainMode,
  useBackend,
  type Backend,
} from "@camada/tensor";
import { expectClose, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import {
  Activation,
  BatchNorm,
  Block,
  BlockError,
  Conv2D,
  Dense,
  Dropout,
  Flatten,
  GlobalAvgPool2D,
  HybridBlock,
  HybridSequential,
  InstanceNorm,
  L2Loss,
  MaxPool2D,
  Sequential,
  type BlockState,
} from "../src/index.ts";
import { mxnet141 } from "./mxnet-1.4.1.generated.ts";

/** A block of a user: two parts in fields, and a parameter of its own. */
class Residual extends Block {
  readonly inner = this.nameScope(() => new Dense(3));
  readonly startScale = this.parameter("start_scale", { shape: [0], initializer: "ones" });
  readonly outer = new Dense(3, { prefix: "last_" });

  protected override inferShapes(inputShape: readonly number[]): void {
    this.startScale.inferShape([inputShape[1]!]);
  }

  protected override compute(x: tf.Tensor): tf.Tensor {
    return tf.add(x, this.outer.forward(this.inner.forward(tf.mul(x, this.startScale.data()))));
  }
}

describe("Block", () => {
  it("finds blocks and parameters among the fields, in their order", () => {
    const net = new Residual({ prefix: "net_" });
    expect([...net.structuralParams().keys()]).toEqual([
      "start_scale",
      "inner.weight",
      "inner.bias",
      "outer.weight",
      "outer.bias",
    ]);
    expect([...net.collectParams().keys()]).toEqual([
      "net_start_scale",
      "net_dense0_weight",
      "net_dense0_bias",
      "last_weight",
      "last_bias",
    ]);
    expect(String(net)).toBe("Residual(\n  (inner): Dense(None -> 3, linear)\n  (outer): Dense(None -> 3, linear)\n)");
  });

  it("infers the shapes of its own parameters", () => {
    const net = new Residual();
    net.initialize("ones");
    tf.tidy(() => expectClose(net.forward(tf.ones([2, 3])), tf.mul(tf.ones([2, 3]), 10)));
    expect(net.startScale.shape).toEqual([3]);
    const x = tf.ones([2, 3]);
    expectNoLeak(() => net.forward(x));
    net.dispose();
  });

  it("counts names per kind, in the process or in a scope", () => {
    const names = (): string[] => [new Dense(1), new Dense(1), new Flatten()].map((block) => block.prefix);
    const [first, second, flatten] = names() as [string, string, string];
    expect(second).toBe(`dense${Number(/\d+/.exec(first)![0]) + 1}_`);
    expect(flatten).toMatch(/^flatten\d+_$/);
    const outer = new Sequential({ prefix: "outer_" });
    expect(outer.nameScope(names)).toEqual(["outer_dense0_", "outer_dense1_", "outer_flatten0_"]);
    expect(outer.nameScope(() => new Dense(1, { prefix: "own_" }).name)).toBe("outer_own");
    expect(outer.nameScope(names)).toEqual(["outer_dense2_", "outer_dense3_", "outer_flatten1_"]);
    expect(names()[0]).toBe(`dense${Number(/\d+/.exec(second)![0]) + 1}_`);
    expect(new Conv2D(1, { kernelSize: 1 }).prefix).toMatch(/^conv\d+_$/);
  });

  it("takes an option given as undefined for one left out", () => {
    expect(new Conv2D(1, { kernelSize: 1, hint: undefined, prefix: undefined }).name).toMatch(/^conv\d+$/);
    expect(new MaxPool2D({ hint: undefined }).name).toMatch(/^pool\d+$/);
    expect(new GlobalAvgPool2D({ hint: undefined }).name).toMatch(/^pool\d+$/);
    expect(new Activation("relu", { hint: undefined }).name).toMatch(/^relu\d+$/);
    expect(new InstanceNorm({ scale: undefined }).gamma.isDifferentiable).toBe(false);
    expect(new L2Loss({ weight: undefined }).weight).toBe(1);
  });

  it("selects parameters by a pattern that matches from the start", () => {
    const net = new Sequential();
    net.add(new Conv2D(1, { kernelSize: 1, prefix: "conv_" }), new Dense(2, { prefix: "dense_" }));
    const names = (select?: RegExp | string): string[] => [...net.collectParams(select).keys()];
    expect(names(".*weight")).toEqual(["conv_weight", "dense_weight"]);
    expect(names("weight")).toEqual([]);
    expect(names("conv|bias")).toEqual(["conv_weight", "conv_bias"]);
    expect(names(/DENSE_b/i)).toEqual(["dense_bias"]);
  });

  it("refuses two parameters of one name", () => {
    const net = new Sequential();
    net.add(new Dense(1, { prefix: "a_" }), new Dense(1, { prefix: "a_" }));
    expect(() => net.collectParams()).toThrow(BlockError);
    expect(() => net.collectParams()).toThrow("collectParams: expected one parameter named a_weight, got two");
  });

  it("refuses a list of blocks in a field, unless they are found elsewhere", () => {
    class Listing extends Block {
      readonly first = new Dense(1, { inUnits: 1, prefix: "first_" });
      readonly all: readonly Block[] = [this.first];
      protected override compute(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    class Hiding extends Listing {
      readonly others = [new Dense(1)];
    }
    expect([...new Listing().collectParams().keys()]).toEqual(["first_weight", "first_bias"]);
    expect(() => new Hiding().collectParams()).toThrow(
      "Hiding: expected blocks in fields of their own or in a Sequential, got a list in others",
    );
  });

  it("gives copies of parameters, so that a caller may dispose of results", () => {
    class Giving extends Block {
      readonly weight = this.parameter("weight", { shape: [2], initializer: "ones" });
      protected override compute(): tf.Tensor {
        return this.weight.data();
      }
    }
    const block = new Giving();
    block.initialize();
    const x = tf.ones([1]);
    const y = block.forward(x);
    tf.dispose([x, y]);
    expectClose(block.weight.data(), [1, 1]);
    block.dispose();
  });

  it("shares parameters with another block", () => {
    const first = new Dense(2, { inUnits: 2 });
    const second = new Dense(2, { inUnits: 2, params: first.params });
    expect(second.weight).toBe(first.weight);
    expect(second.bias).toBe(first.bias);
    const net = new Sequential();
    net.add(first, second);
    expect(net.collectParams().size).toBe(2);
    expect(net.structuralParams().size).toBe(4);
  });

  it("runs hooks with inputs and output in NCHW until they are taken off", () => {
    const net = new Sequential();
    const conv = new Conv2D(2, { kernelSize: 2 });
    net.add(conv, new Conv2D(3, { kernelSize: 1 }));
    net.initialize();
    const seen: unknown[] = [];
    const unhook = conv.registerForwardHook((block, inputs, output) => {
      seen.push([block === conv, inputs.map((x) => x.shape), output.shape]);
    });
    tf.tidy(() => void net.forward(tf.ones([2, 1, 4, 5])));
    unhook();
    tf.tidy(() => void net.forward(tf.ones([2, 1, 4, 5])));
    expect(seen).toEqual([[true, [[2, 1, 4, 5]], [2, 2, 3, 4]]]);
    net.dispose();
  });
});

describe("summary", () => {
  it("counts shared and fixed parameters as MXNet does", () => {
    const net = new HybridSequential();
    const first = new Dense(3, { inUnits: 3 });
    net.add(first, new BatchNorm(), new Dense(3, { inUnits: 3, params: first.params }), new Dropout(0.5));
    net.initialize();
    expect(net.summary(tf.ones([2, 3]))).toBe(mxnet141.texts["shared summary"]);
    net.hybridize();
    expect(() => net.summary(tf.ones([2, 3]))).toThrow(BlockError);
    net.dispose();
  });
});

describe("state", () => {
  const make = (): Sequential => {
    const net = new Sequential();
    net.add(new Dense(2), new BatchNorm());
    return net;
  };
  const state = (): BlockState => {
    const net = make();
    net.initialize();
    tf.tidy(() => void net.forward(tf.ones([2, 3])));
    const values = net.state();
    net.dispose();
    return values;
  };

  it("holds copies of everything by structural name, running statistics included", () => {
    const values = state();
    expect(Object.entries(values).map(([path, { shape }]) => [path, shape])).toEqual([
      ["0.weight", [2, 3]],
      ["0.bias", [2]],
      ["1.gamma", [2]],
      ["1.beta", [2]],
      ["1.running_mean", [2]],
      ["1.running_var", [2]],
    ]);
    const net = make();
    net.loadState(values);
    values["0.weight"]!.data.fill(7);
    expect(net.state()["0.weight"]!.data).not.toEqual(values["0.weight"]!.data);
    net.state()["0.bias"]!.data.fill(7);
    expect([...net.state()["0.bias"]!.data]).toEqual([0, 0]);
    net.dispose();
  });

  it("is refused, and changes nothing, when a value is missing, extra or of another shape", () => {
    const net = make();
    const { "1.beta": _, ...missing } = state();
    expect(() => net.loadState(missing)).toThrow("loadState: expected a value for 1.beta, got none");
    const extra = { ...state(), "2.weight": { shape: [1], data: Float32Array.of(1) } };
    expect(() => net.loadState(extra)).toThrow(
      "loadState: expected no value without a parameter, got one for 2.weight",
    );
    const other = { ...state(), "1.beta": { shape: [2, 1], data: new Float32Array(2) } };
    expect(() => net.loadState(other)).toThrow("loadState: expected 1.beta of shape [0], got [2, 1]");
    const short = { ...state(), "1.beta": { shape: [2], data: new Float32Array(1) } };
    expect(() => net.loadState(short)).toThrow(BlockError);
    expect([...net.collectParams().values()].some((parameter) => parameter.isInitialized)).toBe(false);
    net.loadState(missing, { allowMissing: true });
    expect(net.structuralParams().get("1.beta")!.isInitialized).toBe(false);
    net.loadState(extra, { ignoreExtra: true });
    expect(net.structuralParams().get("1.beta")!.isInitialized).toBe(true);
    net.dispose();
  });
});

describe("hybridize", () => {
  class Counting extends HybridBlock {
    runs: string[] = [];
    protected override compute(x: tf.Tensor): tf.Tensor {
      this.runs.push(isRecording() ? "recorded" : isTraining() ? "training" : "prediction");
      return tf.mul(x, 2);
    }
  }

  it("gives the same results for every shape and mode", () => {
    const block = new Counting();
    block.hybridize();
    expect(block.isHybridized).toBe(true);
    tf.tidy(() => {
      for (const x of [tf.ones([2]), tf.ones([3, 1]), tf.ones([2])]) expectClose(block.forward(x), tf.mul(x, 2));
      trainMode(() => expectClose(block.forward(tf.ones([2])), [2, 2]));
    });
    expect(block.runs).toEqual(["prediction", "prediction", "prediction", "training"]);
    block.hybridize(false);
    expect(block.isHybridized).toBe(false);
  });

  it("takes in blocks that are added afterwards", () => {
    const net = new HybridSequential();
    net.add(new Counting());
    net.hybridize();
    const x = tf.ones([2]);
    tf.tidy(() => expectClose(net.forward(x), [2, 2]));
    const late = new Counting();
    net.add(late);
    expect(late.isHybridized).toBe(true);
    tf.tidy(() => expectClose(net.forward(x), [4, 4]));
  });

  it("frees what is compiled, of the blocks inside too, when it ends or begins anew", async () => {
    const { backend } = activeBackend()!;
    let disposals = 0;
    const counting: Backend = {
      ...backend,
      compile: (step) =>
        compiledStep((...args) => step(...args), { refusal: () => "tests", dispose: () => disposals++ }),
    };
    await useBackend(counting);
    try {
      const net = new Sequential();
      net.add(new Counting(), new Counting());
      for (const end of [() => net.hybridize(false), () => net.hybridize(), () => net.dispose()]) {
        net.hybridize();
        for (const shape of [[2], [3, 1]]) tf.tidy(() => expectClose(net.forward(tf.ones(shape)), tf.fill(shape, 4)));
        disposals = 0;
        end();
        expect(disposals).toBeGreaterThanOrEqual(4);
      }
    } finally {
      await useBackend(backend);
    }
  });

  it("keeps gradients", () => {
    const net = new HybridSequential();
    net.add(new Dense(1, { inUnits: 2 }));
    net.initialize("ones");
    net.hybridize();
    tf.tidy(() => record(() => net.forward(tf.tensor2d([[1, 2]]))).backward());
    expectClose((net.get(0) as Dense).weight.grad(), [[1, 2]]);
    net.dispose();
  });
});
