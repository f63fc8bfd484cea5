import { SOFTMAX_CROSS_ENTROPY, type SoftmaxCrossEntropyInputs } from "@camada/tensor";
import { defineKernel } from "./define.ts";

/** In JavaScript's float64: a row is short, and the loss of a sure answer, `-ln(1 - tiny)`, keeps its digits. */
export const softmaxCrossEntropy = defineKernel<SoftmaxCrossEntropyInputs>(
  SOFTMAX_CROSS_ENTROPY,
  (backend, { logits, labels }) => {
    const [n = 0, classes = 0] = logits.shape;
    const outputs = [backend.output([n]), backend.output([n, classes])] as const;
    const [loss, probabilities] = outputs.map((output) => backend.address(output)) as [number, number];
    const losses = backend.floats(loss, n);
    const all = backend.floats(probabilities, n * classes);
    const x = backend.floats(backend.address(logits), n * classes);
    const picks = backend.ints(backend.address(labels), n);
    for (let i = 0; i < n; i++) {
      const row = x.subarray(i * classes, (i + 1) * classes);
      losses[i] = softmaxRow(row, picks[i] ?? 0, all.subarray(i * classes, (i + 1) * classes));
    }
    return [...outputs];
  },
);

/** Writes the softmax of a row and gives `-ln p[label] = ln(1 + the other e^(x - max)) + (max - x[label])`. */
function softmaxRow(row: Float32Array, label: number, target: Float32Array): number {
  const top = row.reduce((highest, value) => Math.max(highest, value), -Infinity);
  const first = row.indexOf(top);
  let others = 0;
  row.forEach((value, j) => (others += j === first ? 0 : Math.exp(value - top)));
  row.forEach((value, j) => (target[j] = Math.exp(value - top) / (1 + others)));
  return Math.log1p(others) + (top - (row[label] ?? 0));
}
