import { FusedBatchNorm, type FusedBatchNormAttrs, type FusedBatchNormInputs } from "@tensorflow/tfjs-core";
import { areOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import { product } from "../shape.ts";

/** Offset and scale may be missing. */
type BatchNormInputs = Present<Pick<FusedBatchNormInputs, "x" | "mean" | "variance">> &
  Pick<FusedBatchNormInputs, "offset" | "scale">;

/** Channels last, as tfjs has them. */
const fusedBatchNorm = defineKernel(FusedBatchNorm, (backend, inputs: BatchNormInputs, attrs: FusedBatchNormAttrs) => {
  const { x, mean, variance, offset, scale } = inputs;
  const statistics = [mean, variance, offset ?? mean, scale ?? mean];
  const channels = x.shape.at(-1) ?? 0;
  const isPerChannel = statistics.every(({ shape }) => shape.at(-1) === channels && product(shape) === channels);
  if (!isPerChannel || !areOf(["float32"], x, ...statistics)) {
    return scriptKernel(FusedBatchNorm)({ inputs: { ...inputs }, backend, attrs: { ...attrs } });
  }
  const tensors = [x, mean, variance, offset, scale].map((tensor) => backend.addressOf(tensor));
  const y = backend.output(x.shape);
  const fields = [product(x.shape.slice(0, -1)), channels, 1, attrs.varianceEpsilon ?? 0.001];
  backend.library.run("camada_normalize", fields, ...tensors, backend.address(y));
  return y;
});

export const normalizationKernels: readonly Kernel[] = [fusedBatchNorm];
