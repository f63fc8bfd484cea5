import type { ArrayBatch } from "../src/index.ts";

/** Three samples in batches of two: the logits are the inputs. */
export const LOGITS = [
  [2, 0, 1],
  [0, 3, -1],
  [1, 1, 2],
];
export const LABELS = [0, 2, 2];
const batch = (rows: readonly number[]): ArrayBatch => ({
  arrays: [
    { data: Float32Array.from(rows.flatMap((row) => LOGITS[row]!)), shape: [rows.length, 3] },
    { data: Int32Array.from(rows, (row) => LABELS[row]!), shape: [rows.length] },
  ],
});
export const BATCHES = [batch([0, 1]), batch([2])];

export const softmax = (row: readonly number[]) => {
  const sum = row.reduce((total, x) => total + Math.exp(x), 0);
  return row.map((x) => Math.exp(x) / sum);
};
export const LOSSES = LOGITS.map((row, i) => -Math.log(softmax(row)[LABELS[i]!]!));
