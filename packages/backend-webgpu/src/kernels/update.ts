import {
  ADAM_UPDATE,
  adamParameters,
  SGD_UPDATE,
  sgdParameters,
  type AdamUpdateAttrs,
  type SgdUpdateAttrs,
} from "@camada/tensor";
import { util } from "@tensorflow/tfjs-core";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";

/** `clip` of 0 is none. */
const CLIPPED = `
fn clipped(x: f32) -> f32 { return select(x, clamp(x, -n.clip, n.clip), n.clip > 0.0); }`;

const sgd: KernelProgram = {
  name: "SgdUpdate",
  buffers: [read("gradient"), write("weight")],
  numbers: { keep: "f32", rate: "f32", rescale: "f32", clip: "f32" },
  groupSize: 64,
  code: `${CLIPPED}
fn run(id: i32) { weight[id] = n.keep * weight[id] - n.rate * clipped(n.rescale * gradient[id]); }`,
};

const sgdMomentum: KernelProgram = {
  name: "SgdMomentumUpdate",
  buffers: [read("gradient"), write("weight"), write("momentum")],
  numbers: { inertia: "f32", decay: "f32", rate: "f32", rescale: "f32", clip: "f32" },
  groupSize: 64,
  code: `${CLIPPED}
fn run(id: i32) {
  let step = n.inertia * momentum[id] - n.decay * weight[id] - n.rate * clipped(n.rescale * gradient[id]);
  momentum[id] = step;
  weight[id] += step;
}`,
};

const adam: KernelProgram = {
  name: "AdamUpdate",
  buffers: [read("gradient"), write("weight"), write("mean"), write("variance")],
  numbers: {
    rate: "f32",
    wd: "f32",
    beta1: "f32",
    rest1: "f32",
    beta2: "f32",
    rest2: "f32",
    epsilon: "f32",
    rescale: "f32",
    clip: "f32",
  },
  groupSize: 64,
  code: `${CLIPPED}
fn run(id: i32) {
  let w = weight[id];
  let g = clipped(n.rescale * gradient[id] + n.wd * w);
  let m = n.beta1 * mean[id] + n.rest1 * g;
  let v = n.beta2 * variance[id] + n.rest2 * (g * g);
  mean[id] = m;
  variance[id] = v;
  weight[id] = w - n.rate * m / (sqrt(v) + n.epsilon);
}`,
};

/** The scalars are rounded to float32 as MXNet rounds them. */
export const sgdUpdateKernel = kernel(SGD_UPDATE, ({ inputs, attrs, backend }) => {
  const { count, momentum: inertia, rescale, clip, learningRates, wds } = attrs as unknown as SgdUpdateAttrs;
  const { fround } = Math;
  for (const [i, { weight, gradient, momentum }] of sgdParameters(inputs, count).entries()) {
    const learningRate = fround(learningRates[i]!);
    const decay = fround(learningRate * fround(wds[i]!));
    // MXNet multiplies the two factors first, unless the clipping stands between them.
    const rate = clip > 0 ? learningRate : fround(learningRate * fround(rescale));
    const gradients = { rate, rescale: clip > 0 ? rescale : 1, clip };
    const elements = util.sizeFromShape(weight.shape);
    backend.changes(weight);
    if (momentum === undefined) {
      const numbers = { ...gradients, keep: 1 - decay };
      backend.launch({ program: sgd, tensors: [gradient, weight], numbers, count: elements });
    } else {
      backend.changes(momentum);
      const numbers = { ...gradients, inertia, decay };
      backend.launch({ program: sgdMomentum, tensors: [gradient, weight, momentum], numbers, count: elements });
    }
  }
  return [];
});

export const adamUpdateKernel = kernel(ADAM_UPDATE, ({ inputs, attrs, backend }) => {
  const { count, beta1, beta2, epsilon, rescale, clip, learningRates, wds } = attrs as unknown as AdamUpdateAttrs;
  const { fround } = Math;
  for (const [i, { weight, gradient, mean, variance }] of adamParameters(inputs, count).entries()) {
    for (const tensor of [weight, mean, variance]) backend.changes(tensor);
    backend.launch({
      program: adam,
      tensors: [gradient, weight, mean, variance],
      numbers: {
        ...{ rate: learningRates[i]!, wd: wds[i]!, beta1, beta2, epsilon, rescale, clip },
        rest1: 1 - fround(beta1),
        rest2: 1 - fround(beta2),
      },
      count: util.sizeFromShape(weight.shape),
    });
  }
  return [];
});
