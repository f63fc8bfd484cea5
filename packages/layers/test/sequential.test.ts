import { preferredLayout, record } from "@camada/tensor";
import { expectClose, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import {
  Activation,
  AvgPool2D,
  BatchNorm,
  Block,
  BlockError,
  Conv2D,
  Conv2DTranspose,
  Dense,
  Dropout,
  Flatten,
  HybridSequential,
  MaxPool2D,
  ReflectionPad2D,
  Sequential,
  type AnyBlock,
} from "../src/index.ts";
import { mxnet141 } from "./mxnet-1.4.1.generated.ts";

function sequential(...blocks: AnyBlock[]): Sequential {
  const net = new Sequential();
  net.add(...blocks);
  return net;
}

/** How often a forward pass moves the axes of a whole batch; weights have another first axis. */
async function batchTransposes(net: Block, x: tf.Tensor): Promise<number> {
  const { kernels } = await tf.profile(() => {
    tf.tidy(() => void net.forward(x));
    return tf.scalar(0);
  });
  return kernels.filter(({ name, inputShapes }) => name === "Transpose" && inputShapes[0]?.[0] === x.shape[0]).length;
}

describe("Sequential", () => {
  it("gives its blocks by place, also from the end", () => {
    const [conv, flatten, dense] = [new Conv2D(1, { kernelSize: 1 }), new Flatten(), new Dense(1)];
    const net = sequential(conv, flatten, dense);
    expect(net.length).toBe(3);
    expect([net.get(0), net.get(-1), net.get(-3)]).toEqual([conv, dense, conv]);
    expect([...net]).toEqual([conv, flatten, dense]);
    for (const index of [3, -4, 0.5]) expect(() => net.get(index)).toThrow(BlockError);
    expect(() => net.get(3)).toThrow("Sequential.get: expected an index into 3 blocks, got 3");
  });

  it("shares blocks, class and prefix with its slices", () => {
    const net = new HybridSequential();
    net.add(new Dense(1), new Flatten(), new Dense(2));
    const part = net.slice(1);
    expect(part).toBeInstanceOf(HybridSequential);
    expect(part.prefix).toBe(net.prefix);
    expect([...part]).toEqual([net.get(1), net.get(2)]);
    expect(Array.from(net.slice(0, -1))).toEqual([net.get(0), net.get(1)]);
  });

  it("prints containers inside containers as Gluon does", () => {
    expect(String(sequential(sequential(new Dense(2), new Flatten()), new Sequential()))).toBe(
      mxnet141.texts["nested"],
    );
    expect(String(new Sequential())).toBe(mxnet141.texts["Sequential"]);
    expect(String(new HybridSequential())).toBe(mxnet141.texts["HybridSequential"]);
  });

  it("may be empty", () => {
    tf.tidy(() => {
      const x = tf.ones([2]);
      const y = new Sequential().forward(x);
      expect(y).not.toBe(x);
      expectClose(y, [1, 1]);
    });
  });

  it("frees what is between the blocks as it goes", () => {
    const counts: number[] = [];
    class Counting extends Block {
      protected override compute(x: tf.Tensor): tf.Tensor {
        counts.push(tf.memory().numTensors);
        return tf.add(x, 1);
      }
    }
    const net = sequential(...Array.from({ length: 4 }, () => new Counting()));
    const x = tf.ones([2]);
    expectNoLeak(() => net.forward(x));
    expect(counts.map((count) => count - counts[0]!)).toEqual([0, 1, 1, 1]);
  });

  it("never disposes of its input, of a parameter or of a tensor that is kept", () => {
    const kept = tf.keep(tf.ones([2]));
    const weight = tf.variable(tf.ones([2]));
    class Giving extends Block {
      readonly given: tf.Tensor;
      constructor(given: tf.Tensor) {
        super();
        this.given = given;
      }
      protected override compute(): tf.Tensor {
        return this.given;
      }
    }
    const net = sequential(
      new Activation("linear"),
      new Giving(kept),
      new Giving(weight),
      new Dropout(0.5),
      new Activation("relu"),
    );
    const x = tf.ones([2]);
    tf.tidy(() => expectClose(net.forward(x), [1, 1]));
    expect([x, kept, weight].map((tensor) => tensor.isDisposed)).toEqual([false, false, false]);
    tf.dispose([x, kept, weight]);
  });
});

describe("HybridSequential", () => {
  it("refuses blocks that are not hybrid, and adds none of the others", () => {
    class Plain extends Block {
      protected override compute(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    const net = new HybridSequential();
    expect(() => net.add(new Flatten(), new Plain())).toThrow(BlockError);
    expect(() => net.add(new Flatten(), new Sequential())).toThrow("expected hybrid blocks, got Sequential");
    expect(net.length).toBe(0);
    net.add(new HybridSequential());
    expect(net.length).toBe(1);
  });
});

describe("layout", () => {
  const spatialRun = (): AnyBlock[] => [
    new Conv2D(4, { kernelSize: 3, padding: 1, activation: "tanh" }),
    new BatchNorm(),
    new Activation("relu"),
    sequential(new MaxPool2D(), new Dropout(0.5), sequential(new Conv2D(3, { kernelSize: 3, padding: 1 }))),
    new AvgPool2D({ padding: 1 }),
    new Conv2DTranspose(2, { kernelSize: 2 }),
  ];
  /** One way in and one way out where the backend wants its own layout. */
  const roundTrip = preferredLayout() === "NCHW" ? 0 : 2;

  it("is changed once on the way in and once on the way out of a run of spatial layers", async () => {
    const x = tf.randomNormal([7, 2, 8, 6]);
    const net = sequential(...spatialRun(), new Flatten(), new Dense(2));
    net.initialize();
    tf.tidy(() => void net.forward(x));
    expect(await batchTransposes(net, x)).toBe(roundTrip);
    net.dispose();
  });

  it("stays as it is where no layer asks for another", async () => {
    const x = tf.randomNormal([7, 2, 8, 6]);
    const net = sequential(
      new Activation("relu"),
      new BatchNorm(),
      new ReflectionPad2D(1),
      new Dropout(0.1),
      new Dense(2),
    );
    net.initialize();
    tf.tidy(() => void net.forward(x));
    expect(await batchTransposes(net, x)).toBe(0);
    net.dispose();
  });

  it("leaves no converted copy behind where a block takes NCHW alone", () => {
    const block = new ReflectionPad2D(1);
    const x = tf.ones([1, 2, 3, 4]);
    expectNoLeak(() => block.forwardIn({ x, layout: "NHWC" }));
  });

  it("does not change what layers compute, recorded or not", () => {
    const blocks = spatialRun().map((block) => (block instanceof Sequential ? block.slice(0, 1) : block));
    const net = sequential(...blocks);
    net.initialize("xavier");
    tf.tidy(() => {
      const x = tf.randomNormal([2, 2, 8, 6]);
      let oneByOne: tf.Tensor = x;
      net.forward(x);
      for (const block of blocks) oneByOne = block.forward(oneByOne);
      expectClose(net.forward(x), oneByOne);
      const recording = record(() => net.forward(x), { trainMode: false });
      recording.backward();
      expectClose(recording.value, oneByOne);
    });
    net.dispose();
  });
});
