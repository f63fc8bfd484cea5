import {
  SOFTMAX_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  type SoftmaxCrossEntropyGradientInputs,
  type SoftmaxCrossEntropyInputs,
} from "@camada/tensor";
import { defineKernel } from "./define.ts";

/** In JavaScript's float64: a row is short, and the loss of a sure answer, `-ln(1 - tiny)`, keeps its digits. */
export const softmaxCrossEntropy = defineKernel(
  SOFTMAX_CROSS_ENTROPY,
  (backend, { logits, labels }: SoftmaxCrossEntropyInputs) => {
    const [n = 0, classes = 0] = logits.shape;
    const loss = backend.output([n]);
    const probabilities = backend.output([n, classes]);
    // All addresses before the first view: fetching one may make the memory grow.
    const addresses = { x: backend.address(logits), picks: backend.address(labels) };
    const x = backend.floats(addresses.x, n * classes);
    const picks = backend.ints(addresses.picks, n);
    const losses = backend.floats(backend.address(loss), n);
    const all = backend.floats(backend.address(probabilities), n * classes);
    for (let i = 0; i < n; i++) {
      const row = x.subarray(i * classes, (i + 1) * classes);
      losses[i] = softmaxRow(row, nearestClass(picks[i]!, classes), all.subarray(i * classes, (i + 1) * classes));
    }
    return [loss, probabilities];
  },
);

export const softmaxCrossEntropyGradient = defineKernel(
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  (backend, { dLoss, labels, probabilities }: SoftmaxCrossEntropyGradientInputs) => {
    const [n = 0, classes = 0] = probabilities.shape;
    const dLogits = backend.output([n, classes]);
    // All addresses before the first view, as above.
    const addresses = [dLoss, labels, probabilities, dLogits].map((tensor) => backend.address(tensor));
    const [slopesAt, picksAt, probabilitiesAt, gradientAt] = addresses as [number, number, number, number];
    const slopes = backend.floats(slopesAt, n);
    const picks = backend.ints(picksAt, n);
    const p = backend.floats(probabilitiesAt, n * classes);
    const gradient = backend.floats(gradientAt, n * classes);
    for (let i = 0; i < n; i++) {
      const label = nearestClass(picks[i]!, classes);
      for (let j = 0; j < classes; j++) {
        // Rounded twice, as the two operations of the composed form are.
        const distance = Math.fround(p[i * classes + j]! - (j === label ? 1 : 0));
        gradient[i * classes + j] = distance * slopes[i]!;
      }
    }
    return dLogits;
  },
);

function nearestClass(label: number, classes: number): number {
  return Math.min(Math.max(label, 0), classes - 1);
}

/** Writes the softmax of a row and gives `-ln p[label] = ln(1 + the other e^(x - max)) + (max - x[label])`. */
function softmaxRow(row: Float32Array, label: number, target: Float32Array): number {
  const top = row.reduce((highest, value) => Math.max(highest, value), -Infinity);
  const first = row.indexOf(top);
  let others = 0;
  row.forEach((value, j) => (others += j === first ? 0 : Math.exp(value - top)));
  row.forEach((value, j) => (target[j] = Math.exp(value - top) / (1 + others)));
  return Math.log1p(others) + (top - (row[label] ?? 0));
}
