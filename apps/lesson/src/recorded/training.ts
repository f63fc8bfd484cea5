import type { TrainingCellId } from "../training/setting.ts";

/** One epoch as the notebook printed it. */
export interface RecordedEpoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testLoss: number;
  /** Absent where the stored output breaks off before it. */
  readonly testAccuracy?: number;
  /** The line, character by character. */
  readonly line: string;
}

const lines = {
  K3: [
    "epoch 1, train loss 1.2034, train acc 0.567, test loss 0.2275, test acc 0.936, time 16.4 sec",
    "epoch 2, train loss 0.1942, train acc 0.944, test loss 0.1496, test acc 0.958, time 15.6 sec",
    // The stored output ends here, in the middle of a number.
    "epoch 3, train loss 0.1379, train acc 0.960, test loss 0.1222, test acc 0.9",
  ],
  K8: [
    "epoch 1, train loss 1.1448, train acc 0.573, test loss 1.0724, test acc 0.597, time 11.0 sec",
    "epoch 2, train loss 0.8736, train acc 0.673, test loss 0.8311, test acc 0.667, time 10.4 sec",
    "epoch 3, train loss 0.8024, train acc 0.696, test loss 0.8493, test acc 0.714, time 10.4 sec",
    "epoch 4, train loss 0.7946, train acc 0.707, test loss 0.7808, test acc 0.717, time 10.6 sec",
    "epoch 5, train loss 0.7427, train acc 0.720, test loss 0.8097, test acc 0.675, time 10.6 sec",
    "epoch 6, train loss 0.7314, train acc 0.726, test loss 0.7645, test acc 0.715, time 10.6 sec",
    "epoch 7, train loss 0.7121, train acc 0.727, test loss 0.6568, test acc 0.754, time 10.4 sec",
    "epoch 8, train loss 0.6881, train acc 0.739, test loss 0.6849, test acc 0.733, time 10.6 sec",
    "epoch 9, train loss 0.7140, train acc 0.724, test loss 0.7621, test acc 0.731, time 10.4 sec",
    "epoch 10, train loss 0.6952, train acc 0.737, test loss 0.6571, test acc 0.748, time 10.3 sec",
  ],
} satisfies Record<TrainingCellId, readonly string[]>;

/** The epochs that the notebook recorded: three of K3, the third cut off, and ten of K8. */
export const recordedEpochs: Readonly<Record<TrainingCellId, readonly RecordedEpoch[]>> = {
  K3: lines.K3.map(parseLine),
  K8: lines.K8.map(parseLine),
};

function parseLine(line: string): RecordedEpoch {
  const [epoch, trainLoss, trainAccuracy, testLoss, testAccuracy] = line
    .split(", ")
    .map((part) => Number(part.split(" ").find((word) => /^\d/.test(word)))) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const isWhole = line.endsWith(" sec");
  return { epoch, trainLoss, trainAccuracy, testLoss, ...(isWhole ? { testAccuracy } : {}), line };
}
