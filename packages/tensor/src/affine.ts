import { tidy, type Tensor } from "@tensorflow/tfjs-core";
import { activation } from "./activation.ts";
import { addBias } from "./bias.ts";
import type { DenseAttrs } from "./kernels.ts";
import { runKernel } from "./run-kernel.ts";
import { isNested } from "./tapes.ts";

/**
 * Runs `activation(product(x, weight) + bias)` in one kernel; under a second tape in parts, each of which can be
 * differentiated again.
 * @param kernelName `CONVOLUTION` or `DENSE`.
 * @param channels axis of the channels in the result.
 */
export function runAffine(
  kernelName: string,
  inputs: { readonly x: Tensor; readonly weight: Tensor; readonly bias: Tensor | undefined },
  attrs: DenseAttrs,
  channels: number,
): Tensor {
  const { bias, ...factors } = inputs;
  // A gradient rule is not told which inputs there were, so the attributes say it.
  if (!isNested()) return runKernel(kernelName, { ...factors, bias }, { ...attrs, withBias: bias !== undefined });
  return tidy(() => {
    const product = runKernel(kernelName, factors, { ...attrs, activation: "linear" });
    return activation(addBias(product, bias, channels), attrs.activation);
  });
}
