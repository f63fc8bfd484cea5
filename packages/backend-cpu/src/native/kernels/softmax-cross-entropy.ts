import {
  SOFTMAX_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  type SoftmaxCrossEntropyGradientInputs,
  type SoftmaxCrossEntropyInputs,
} from "@camada/tensor";
import { defineKernel, type Kernel } from "../kernel.ts";

const forward = defineKernel(SOFTMAX_CROSS_ENTROPY, (backend, { logits, labels }: SoftmaxCrossEntropyInputs) => {
  const [n = 0, classes = 0] = logits.shape;
  const inputs = [backend.address(logits), backend.address(labels)];
  const outputs = [backend.output([n]), backend.output([n, classes])];
  const tensors = [...inputs, ...outputs.map((output) => backend.address(output))];
  backend.library.run("camada_softmax_cross_entropy", [n, classes], ...tensors);
  return outputs;
});

const gradient = defineKernel(
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  (backend, { dLoss, labels, probabilities }: SoftmaxCrossEntropyGradientInputs) => {
    const [n = 0, classes = 0] = probabilities.shape;
    const tensors = [dLoss, labels, probabilities].map((tensor) => backend.address(tensor));
    const dLogits = backend.output([n, classes]);
    const name = "camada_softmax_cross_entropy_gradient";
    backend.library.run(name, [n, classes], ...tensors, backend.address(dLogits));
    return dLogits;
  },
);

export const softmaxCrossEntropyKernels: readonly Kernel[] = [forward, gradient];
