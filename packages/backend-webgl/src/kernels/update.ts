import {
  adamParameters,
  ADAM_UPDATE,
  type AdamUpdateAttrs,
  SGD_UPDATE,
  sgdParameters,
  type SgdUpdateAttrs,
  type UpdateInputs,
} from "@camada/tensor";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { DrawnProgram } from "../drawn-program.ts";
import { IS_NOTHING } from "../nothing.ts";
import type { WebglBackend } from "../webgl-backend.ts";

/*
 * GLSL cannot forbid a GPU to multiply and add with one rounding, so the last bit of a result may be another one than on
 * the CPU.
 */

/** GLSL: a gradient within bounds, where there are any; NaN stays. */
const CLIPPED = `${IS_NOTHING}
  vec4 clipped(vec4 x) {
    return clip > 0.0 ? mix(clamp(x, -clip, clip), x, isNothing(x)) : x;
  }`;

/** A program that reads tensors of one shape at a texel, and draws the new numbers of the first of them. */
function updateProgram(
  name: string,
  tensors: readonly string[],
  floats: readonly string[],
  results: number,
  body: string,
): DrawnProgram {
  return {
    name,
    inputs: tensors.map((tensor) => [`${tensor}Of`, "alike"] as const),
    numbers: [],
    floats,
    results,
    code: `
      ${CLIPPED}
      void run(int texel) {
        ${tensors.map((tensor) => `vec4 ${tensor} = ${tensor}Of(texel);`).join("\n")}
        ${body}
      }`,
  };
}

const sgd = updateProgram(
  "SGD update",
  ["w", "g"],
  ["rest", "rate", "rescale", "clip"],
  1,
  "result0 = rest * w - rate * clipped(rescale * g);",
);

const sgdWithMomentum = updateProgram(
  "SGD update with momentum",
  ["w", "m", "g"],
  ["kept", "decay", "rate", "rescale", "clip"],
  2,
  `result1 = kept * m - decay * w - rate * clipped(rescale * g);
   result0 = w + result1;`,
);

const adam = updateProgram(
  "Adam update",
  ["w", "m", "v", "g"],
  ["wd", "beta1", "other1", "beta2", "other2", "rate", "epsilon", "rescale", "clip"],
  3,
  `vec4 sum = clipped(rescale * g + wd * w);
   result1 = beta1 * m + other1 * sum;
   result2 = beta2 * v + other2 * (sum * sum);
   result0 = w - (rate * result1) / (sqrt(result2) + epsilon);`,
);

/** Float32's smallest normal number: beside the root of any variance it is nothing. */
const SMALLEST = 2 ** -126;

/** Draws the new numbers of some tensors and puts them into their places. */
function update(
  backend: WebglBackend,
  program: DrawnProgram,
  targets: readonly TensorInfo[],
  gradient: TensorInfo,
  numbers: Readonly<Record<string, number>>,
): void {
  // A parameter without an element stays as it is.
  if (gradient.shape.includes(0)) return;
  const results = backend.draw(program, [...targets, gradient], numbers, { shape: gradient.shape });
  targets.forEach((target, i) => backend.replace(target, results[i]!));
}

const sgdUpdate: KernelFunc = ({ inputs, attrs, backend: any }) => {
  const backend = any as WebglBackend;
  const { fround } = Math;
  const { count, clip, rescale, momentum: kept, learningRates, wds } = attrs as unknown as SgdUpdateAttrs;
  sgdParameters(inputs as UpdateInputs, count).forEach(({ weight, gradient, momentum }, i) => {
    const learningRate = fround(learningRates[i]!);
    const decay = fround(learningRate * fround(wds[i]!));
    // MXNet multiplies the two factors first, unless the clipping stands between them.
    const gradients =
      clip > 0
        ? { rate: learningRate, rescale, clip }
        : { rate: fround(learningRate * fround(rescale)), rescale: 1, clip };
    if (momentum === undefined) {
      update(backend, sgd, [weight], gradient, { ...gradients, rest: 1 - decay });
    } else {
      update(backend, sgdWithMomentum, [weight, momentum], gradient, { ...gradients, kept, decay });
    }
  });
  return [];
};

const adamUpdate: KernelFunc = ({ inputs, attrs, backend: any }) => {
  const backend = any as WebglBackend;
  const { count, clip, rescale, beta1, beta2, epsilon, learningRates, wds } = attrs as unknown as AdamUpdateAttrs;
  adamParameters(inputs as UpdateInputs, count).forEach(({ weight, gradient, mean, variance }, i) => {
    update(backend, adam, [weight, mean, variance], gradient, {
      ...{ rescale, clip, beta1, beta2, wd: wds[i]!, rate: learningRates[i]! },
      other1: 1 - Math.fround(beta1),
      other2: 1 - Math.fround(beta2),
      // Beyond the last row and column of a texture there are zeros, which must not become NaN.
      epsilon: Math.max(epsilon, SMALLEST),
    });
  });
  return [];
};

export const updateKernels = [
  { kernelName: SGD_UPDATE, kernelFunc: sgdUpdate },
  { kernelName: ADAM_UPDATE, kernelFunc: adamUpdate },
];
