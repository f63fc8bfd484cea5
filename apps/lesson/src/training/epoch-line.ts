import type { EpochRecord } from "@camada/training";

/** An epoch in the notebook's own words and digits. */
export function epochLine({ epoch, train, test, durationMs }: EpochRecord): string {
  const figures = [
    `epoch ${epoch}`,
    `train loss ${train.loss.toFixed(4)}`,
    `train acc ${train.accuracy.toFixed(3)}`,
    ...(test === undefined ? [] : [`test loss ${test.loss.toFixed(4)}`, `test acc ${test.accuracy.toFixed(3)}`]),
    `time ${(durationMs / 1000).toFixed(1)} sec`,
  ];
  return figures.join(", ");
}
