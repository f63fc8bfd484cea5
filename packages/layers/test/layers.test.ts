import { convertLayout, random, record, trainMode } from "@camada/tensor";
import { expectClose, expectGradients, expectNoLeak, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import {
  DeferredInitializationError,
  UninitializedParameterError,
  type AnyBlock,
  type Parameter,
} from "../src/index.ts";
import type { LayerCase } from "./layer-case.ts";
import { cases } from "./layer-cases.ts";
import { mxnet141 } from "./mxnet-1.4.1.generated.ts";
import { mxnet191 } from "./mxnet-1.9.1.generated.ts";

/** A forward pass in the case's mode that draws the same random numbers each time. */
function forward({ isTraining = false }: LayerCase, block: AnyBlock, x: tf.Tensor): tf.Tensor {
  random.seed(0);
  return isTraining ? trainMode(() => block.forward(x)) : block.forward(x);
}

function inputOf({ inputShape, input }: LayerCase): tf.Tensor {
  return randomTensor([...inputShape], input);
}

/** A block with values in every parameter, those that are learned of both signs and none too small. */
function readyBlock(layer: LayerCase, x: tf.Tensor): AnyBlock {
  const block = layer.make();
  block.initialize();
  tf.tidy(() => {
    forward(layer, block, x);
    let seed = 10;
    for (const parameter of learned(block))
      parameter.setData(randomTensor([...parameter.shape], { seed: seed++, low: -1, high: 1 }));
  });
  return block;
}

function learned(block: AnyBlock): Parameter[] {
  return [...block.collectParams().values()].filter((parameter) => parameter.gradReq !== "null");
}

/** Runs with a block that is disposed of afterwards. */
function withBlock(layer: LayerCase, body: (block: AnyBlock, x: tf.Tensor) => void): void {
  tf.tidy(() => {
    const x = inputOf(layer);
    const block = readyBlock(layer, x);
    try {
      body(block, x);
    } finally {
      block.dispose();
    }
  });
}

describe.each(Object.entries<readonly LayerCase[]>(cases))("%s", (name, variants) => {
  describe.each(variants.map((layer, i) => [i + 1, layer] as const))("case %i", (_, layer) => {
    it("gives the shape that conv-math says, with parameters initialized in the first forward pass", () => {
      const block = layer.make();
      const parameters = [...block.collectParams().values()];
      for (const parameter of parameters) expect(() => parameter.data()).toThrow(UninitializedParameterError);
      block.initialize();
      for (const parameter of parameters.filter(({ shape }) => shape.includes(0))) {
        expect(() => parameter.data()).toThrow(DeferredInitializationError);
      }
      const shape = tf.tidy(() => forward(layer, block, inputOf(layer)).shape);
      expect(shape).toEqual(layer.outputShape);
      const shapes = [...block.structuralParams()].map(([path, parameter]) => [path, parameter.data().shape]);
      expect(Object.fromEntries(shapes)).toEqual(layer.parameters ?? {});
      block.dispose();
    });

    it("has the right gradients of input and parameters", () => {
      withBlock(layer, (block, x) => {
        const variables = learned(block).map((parameter) => parameter.data());
        const originals = variables.map((variable) => tf.clone(variable));
        const run = (...inputs: tf.Tensor[]): tf.Tensor => {
          variables.forEach((variable, place) => {
            const given = inputs[place + 1]!;
            variable.assign(given === variable ? originals[place]! : given);
          });
          return forward(layer, block, inputs[0]!);
        };
        expectGradients(run, [x, ...variables]);
      });
    });

    it("leaves no tensor behind, recorded or not", () => {
      withBlock(layer, (block, x) => {
        expectNoLeak(() => forward(layer, block, x));
        if (learned(block).length === 0) return;
        expectNoLeak(() => {
          const recording = record(() => block.forward(x));
          recording.backward();
          return recording.value;
        });
      });
    });

    it("gives a tensor of its own", () => {
      withBlock(layer, (block, x) => {
        const y = forward(layer, block, x);
        expect(y).not.toBe(x);
        y.dispose();
        expect(x.isDisposed).toBe(false);
      });
    });

    it("gives the same in the other layout", () => {
      withBlock(layer, (block, x) => {
        if (x.rank < 3) return;
        const expected = forward(layer, block, x);
        random.seed(0);
        const run = () => block.forwardIn({ x: convertLayout(x, "NCHW", "NHWC"), layout: "NHWC" });
        const placed = layer.isTraining === true ? trainMode(run) : run();
        const y = placed.layout === "NHWC" ? convertLayout(placed.x, "NHWC", "NCHW") : placed.x;
        expectClose(y, expected);
      });
    });

    it("prints as Gluon does", () => {
      const block = layer.make();
      const { printed = mxnet141.texts[name] ?? mxnet191.texts[name], printedAfter = printed } = layer;
      expect(String(block)).toBe(printed);
      block.initialize();
      tf.tidy(() => void forward(layer, block, inputOf(layer)));
      expect(String(block)).toBe(printedAfter);
      block.dispose();
    });

    it("gives its state to another of its kind", () => {
      withBlock(layer, (block, x) => {
        const twin = layer.make();
        twin.loadState(block.state());
        expect([...forward(layer, twin, x).dataSync()]).toEqual([...forward(layer, block, x).dataSync()]);
        twin.dispose();
      });
    });
  });
});
