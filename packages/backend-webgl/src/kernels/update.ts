import { adamParameters, ADAM_UPDATE, type AdamUpdateAttrs } from "@camada/tensor";
import { SGD_UPDATE, sgdParameters, type SgdUpdateAttrs, type UpdateInputs } from "@camada/tensor";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { ElementWiseProgram } from "../element-wise-program.ts";
import { IS_NOTHING } from "../nothing.ts";
import type { WebglBackend } from "../webgl-backend.ts";

/*
 * GLSL cannot forbid a GPU to multiply and add with one rounding, so the last bit of a result may be another one than on
 * the CPU.
 */

/** GLSL: a gradient within bounds; NaN stays. */
const CLIPPED = `${IS_NOTHING}
  vec4 clipped(vec4 x, float bound) {
    return mix(clamp(x, -bound, bound), x, isNothing(x));
  }
`;

/** Float32's smallest normal number: beside the root of any variance it is nothing. */
const SMALLEST = 2 ** -126;

/** Runs one program and puts its result into the place of a tensor. */
function update(
  backend: WebglBackend,
  target: TensorInfo,
  inputs: Readonly<Record<string, TensorInfo>>,
  numbers: Readonly<Record<string, number>>,
  expression: string,
): void {
  const program = new ElementWiseProgram(
    target.shape,
    Object.keys(inputs),
    Object.keys(numbers),
    expression,
    expression.includes("clipped(") ? CLIPPED : "",
  );
  const values = Object.values(numbers).map((value) => [value]);
  const result = backend.runWebGLProgram(program, Object.values(inputs), "float32", values);
  backend.replace(target, result);
}

const sgdUpdate: KernelFunc = ({ inputs, attrs, backend }) => {
  const { fround } = Math;
  const { count, clip, rescale, momentum: kept, learningRates, wds } = attrs as unknown as SgdUpdateAttrs;
  const clips = clip > 0;
  sgdParameters(inputs as UpdateInputs, count).forEach(({ weight, gradient, momentum }, i) => {
    const learningRate = fround(learningRates[i]!);
    const decay = fround(learningRate * fround(wds[i]!));
    const rate = clips ? learningRate : fround(learningRate * fround(rescale));
    const scaled = clips ? "rate * clipped(rescale * g, clip)" : "rate * g";
    // Numbers that an expression does not name would be no uniforms of the program.
    const numbers = clips ? { rate, rescale, clip } : { rate };
    const run = update.bind(undefined, backend as WebglBackend);
    const decays = decay !== 0;
    if (momentum === undefined) {
      const rest = decays ? { ...numbers, rest: 1 - decay } : numbers;
      run(weight, { w: weight, g: gradient }, rest, `${decays ? "rest * w" : "w"} - ${scaled}`);
      return;
    }
    const all = { ...numbers, kept, ...(decays ? { decay } : {}) };
    const read = { m: momentum, g: gradient, ...(decays ? { w: weight } : {}) };
    run(momentum, read, all, `kept * m ${decays ? "- decay * w " : ""}- ${scaled}`);
    run(weight, { w: weight, m: momentum }, {}, "w + m");
  });
  return [];
};

const adamUpdate: KernelFunc = ({ inputs, attrs, backend }) => {
  const { count, clip, rescale, beta1, beta2, epsilon, learningRates, wds } = attrs as unknown as AdamUpdateAttrs;
  const run = update.bind(undefined, backend as WebglBackend);
  adamParameters(inputs as UpdateInputs, count).forEach(({ weight, gradient, mean, variance }, i) => {
    const sum = "rescale * g + wd * w";
    const g = clip > 0 ? `clipped(${sum}, clip)` : `(${sum})`;
    const numbers = { rescale, wd: wds[i]!, ...(clip > 0 ? { clip } : {}) };
    const read = { w: weight, g: gradient };
    const first = { ...numbers, beta: beta1, other: 1 - Math.fround(beta1) };
    const second = { ...numbers, beta: beta2, other: 1 - Math.fround(beta2) };
    run(mean, { ...read, m: mean }, first, `beta * m + other * ${g}`);
    run(variance, { ...read, v: variance }, second, `beta * v + other * (${g} * ${g})`);
    const change = "(rate * m) / (sqrt(v) + epsilon)";
    // Beyond the last row and column of a texture there are zeros, which must not become NaN.
    const safe = Math.max(epsilon, SMALLEST);
    run(weight, { w: weight, m: mean, v: variance }, { rate: learningRates[i]!, epsilon: safe }, `w - ${change}`);
  });
  return [];
};

export const updateKernels = [
  { kernelName: SGD_UPDATE, kernelFunc: sgdUpdate },
  { kernelName: ADAM_UPDATE, kernelFunc: adamUpdate },
];
