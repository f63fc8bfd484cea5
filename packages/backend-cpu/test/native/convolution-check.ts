import { CONVOLUTION, CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT } from "@camada/tensor";
import { convolutionTensors, type ConvolutionCase, type ConvolutionKernels, type RandomCase } from "@camada/test-kit";
import { differingThreads, runNative } from "./native-run.ts";

/** Camada's convolution on the native engine. */
export const nativeConvolution: ConvolutionKernels = {
  forward: CONVOLUTION,
  inputGradient: CONVOLUTION_INPUT_GRADIENT,
  weightGradient: CONVOLUTION_WEIGHT_GRADIENT,
  run: runNative,
};

/** Kernels whose bits depend on the number of threads, with those numbers. */
export function differingConvolutions(test: ConvolutionCase, random: RandomCase): string[] {
  const { x, weight, bias, dy, y } = convolutionTensors(test, random);
  const { attrs, withBias } = test;
  const runs = [
    [CONVOLUTION, { x, weight, bias }, attrs],
    [CONVOLUTION_INPUT_GRADIENT, { dy, weight, y }, { ...attrs, inputShape: test.x }],
    [CONVOLUTION_WEIGHT_GRADIENT, { x, dy, y }, { ...attrs, weightShape: test.weight, withBias }],
  ] as const;
  return runs.flatMap(([name, inputs, attributes]) => {
    const threads = differingThreads(name, inputs, attributes);
    return threads.length === 0 ? [] : [`${name} at ${threads.join(", ")} threads: ${JSON.stringify(test)}`];
  });
}
