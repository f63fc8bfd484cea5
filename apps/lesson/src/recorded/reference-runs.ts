import type { TrainingCellId } from "../training/setting.ts";
import type { FigureRanges } from "./bands.ts";

/** Runs of the notebook's setting outside this project: the same data, initial weights and arithmetic. */
export interface ReferenceRuns {
  /** By epoch, over the runs that did not collapse. */
  readonly ranges: Readonly<Record<number, FigureRanges>>;
  readonly orders: number;
  /** Orders that ended at an accuracy of a tenth. */
  readonly collapsed: number;
}

/** PyTorch on a GPU, float32, one run per order of the batches. */
export const referenceRuns: Readonly<Record<TrainingCellId, ReferenceRuns>> = {
  K3: {
    orders: 12,
    collapsed: 0,
    ranges: {
      1: {
        trainLoss: { low: 1.257, high: 1.274, runs: 12 },
        trainAccuracy: { low: 0.54, high: 0.547, runs: 12 },
        testLoss: { low: 0.232, high: 0.251, runs: 12 },
        testAccuracy: { low: 0.924, high: 0.935, runs: 12 },
      },
      2: {
        trainLoss: { low: 0.195, high: 0.199, runs: 12 },
        trainAccuracy: { low: 0.942, high: 0.945, runs: 12 },
        testLoss: { low: 0.152, high: 0.162, runs: 12 },
        testAccuracy: { low: 0.953, high: 0.957, runs: 12 },
      },
      10: {
        trainLoss: { low: 0.038, high: 0.042, runs: 12 },
        trainAccuracy: { low: 0.988, high: 0.989, runs: 12 },
        testLoss: { low: 0.056, high: 0.069, runs: 12 },
        testAccuracy: { low: 0.978, high: 0.982, runs: 12 },
      },
    },
  },
  K8: {
    orders: 30,
    collapsed: 7,
    ranges: {
      1: { testAccuracy: { low: 0.378, high: 0.684, runs: 30 } },
      10: { testAccuracy: { low: 0.44, high: 0.74, runs: 23 } },
    },
  },
};

/** Fashion-MNIST with momentum 0.9 and a learning rate of 0.01 instead of 0.1; 6 orders. */
export const gentleRuns = {
  learningRate: 0.01,
  orders: 6,
  testAccuracy: { 1: { low: 0.763, high: 0.777 }, 10: { low: 0.878, high: 0.881 } },
} as const;
