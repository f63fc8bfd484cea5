import { attachGrad, detachGrad, record } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { construct, tensorOf, type GoldenLayer } from "./golden.ts";
import type { LayerName } from "./layer-cases.ts";
import { mxnet141 } from "./mxnet-1.4.1.generated.ts";
import { mxnet191 } from "./mxnet-1.9.1.generated.ts";

const goldenLayers = [...mxnet141.layers, ...mxnet191.layers];

/** Both sum in float32, in another order: a few roundings of the largest term. */
const tolerance = { absolute: 4e-6, relative: 2e-6 };

function check({ layer, args, train, x: input, params, y, head, dx, grads, after }: GoldenLayer): void {
  const block = construct(layer, args);
  block.initialize();
  for (const [name, values] of Object.entries(params)) {
    block
      .structuralParams()
      .get(name)!
      .setData({ shape: values.shape, data: Float32Array.from(values.data) });
  }
  const x = tf.variable(tensorOf(input));
  try {
    const slot = attachGrad(x);
    const recording = record(() => block.forward(x), { trainMode: train, headGradient: tensorOf(head) });
    recording.backward();
    expectClose(recording.value, tensorOf(y), tolerance);
    if (dx !== null) expectClose(slot.gradient, tensorOf(dx), tolerance);
    const learned = [...block.structuralParams()].filter(([, parameter]) => parameter.gradReq !== "null");
    expect(learned.map(([name]) => name)).toEqual(Object.keys(grads));
    for (const [name, parameter] of learned) expectClose(parameter.grad(), tensorOf(grads[name]!), tolerance);
    for (const [name, values] of Object.entries(after)) {
      expectClose(block.structuralParams().get(name)!.data(), tensorOf(values), tolerance);
    }
  } finally {
    block.dispose();
    detachGrad(x);
    x.dispose();
  }
}

describe.each([...new Set(goldenLayers.map((golden) => golden.layer))])("%s", (layer: LayerName) => {
  it.each(
    goldenLayers.filter((golden) => golden.layer === layer).map((golden) => [JSON.stringify(golden.args), golden]),
  )("gives MXNet's output and gradients with %s", (_, golden) => tf.tidy(() => check(golden)));
});
