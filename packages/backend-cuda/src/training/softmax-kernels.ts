import {
  SOFTMAX_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  type SoftmaxCrossEntropyGradientInputs,
  type SoftmaxCrossEntropyInputs,
} from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Address } from "../driver/driver.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { elementLaunch, sizeOf } from "../kernels/elements.ts";
import { requireCount } from "../matrix/size-error.ts";

const FILE = "softmax.cu";
const WARP = 32;
const WARPS = 8;
/** Longer rows belong to a whole block. */
const MOST_OF_WARP = 1024;

/** Starts a kernel that goes through rows. */
function launchRows(
  backend: CudaBackend,
  name: string,
  addresses: readonly Address[],
  rows: number,
  columns: number,
): void {
  if (rows === 0 || columns === 0) return;
  const isWarp = columns <= MOST_OF_WARP;
  const args = backend.arguments();
  for (const address of addresses) args.address(address);
  args.int64(rows).int32(columns, isWarp ? 1 : 0);
  const grid = [isWarp ? Math.ceil(rows / WARPS) : rows, 1, 1] as const;
  backend.launch({ file: FILE, name }, { grid, block: [WARP * WARPS, 1, 1] }, args);
}

function softmax(kernelName: string, name: string): Kernel {
  return defineKernel(
    kernelName,
    (backend, { logits }: Present<tf.SoftmaxInputs>, attrs: Partial<tf.SoftmaxAttrs & tf.LogSoftmaxAttrs>) => {
      const last = logits.shape.length - 1;
      const axis = attrs.dim ?? attrs.axis ?? -1;
      if (logits.dtype !== "float32" || (axis !== -1 && axis !== last)) {
        return backend.scripts.run(kernelName, { logits }, attrs);
      }
      const columns = logits.shape[last] ?? 1;
      const from = backend.address(logits);
      const y = backend.output(logits.shape);
      requireCount(kernelName, "a row", columns);
      launchRows(backend, name, [from, backend.address(y)], sizeOf(logits) / Math.max(columns, 1), columns);
      return y;
    },
  );
}

const crossEntropy = defineKernel(SOFTMAX_CROSS_ENTROPY, (backend, { logits, labels }: SoftmaxCrossEntropyInputs) => {
  const [n = 0, classes = 0] = logits.shape;
  const inputs = [backend.address(logits), backend.address(labels)];
  const outputs = [backend.output([n]), backend.output([n, classes])];
  const addresses = [...inputs, ...outputs.map((output) => backend.address(output))];
  launchRows(backend, "softmax_cross_entropy", addresses, n, classes);
  return outputs;
});

const crossEntropyGradient = defineKernel(
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  (backend, { dLoss, labels, probabilities }: SoftmaxCrossEntropyGradientInputs) => {
    const inputs = [dLoss, labels, probabilities].map((tensor) => backend.address(tensor));
    const dLogits = backend.output(probabilities.shape);
    const count = sizeOf(dLogits);
    if (count === 0) return dLogits;
    const args = backend.arguments();
    for (const address of [...inputs, backend.address(dLogits)]) args.address(address);
    args.int64(count).int32(probabilities.shape[1]!);
    backend.launch({ file: FILE, name: "softmax_cross_entropy_gradient" }, elementLaunch(count), args);
    return dLogits;
  },
);

/** Softmax and its logarithm, cross-entropy of a softmax and its gradient. */
export const softmaxKernels: readonly Kernel[] = [
  softmax(tf.Softmax, "softmax"),
  softmax(tf.LogSoftmax, "log_softmax"),
  crossEntropy,
  crossEntropyGradient,
];
