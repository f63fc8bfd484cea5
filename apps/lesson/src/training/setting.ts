import type { OptimizerName } from "@camada/optimizers";
import type { DatasetName } from "../cell.ts";

/** Everything that decides the numbers of a training run of the lesson's network. Plain data: checkpoints keep it. */
export interface TrainingSetting {
  readonly dataset: DatasetName;
  /** Epochs in all. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  /** For the optimizers that have one: sgd and nag. */
  readonly momentum: number;
  /** Weight decay. */
  readonly wd: number;
  /** Of the order of the samples. The initial weights are always those of a fresh MXNet process. */
  readonly seed: number;
  /** The first so many samples of the training part; all of them. */
  readonly trainSamples?: number;
  /** The first so many samples of the test part; all of them. */
  readonly testSamples?: number;
  /** Refuses labels that do not exist, where Gluon takes the nearest one. */
  readonly strictLabels?: boolean;
}

/** A training cell of the lesson: the notebook's own setting, and a short one. */
export interface TrainingPresets {
  readonly full: TrainingSetting;
  readonly quick: TrainingSetting;
}

const lessonSetting = {
  epochs: 10,
  batchSize: 128,
  optimizer: "sgd",
  learningRate: 0.1,
  wd: 1e-6,
  // The notebook's order is not known, and any will do. Order 0 lets the quick K8 collapse on the WebAssembly engine,
  // as some orders must: a lesson had better not begin with it.
  seed: 1,
} as const;

/** The settings of the lesson's two training cells. */
export const presets = {
  K3: presetsOf({ ...lessonSetting, dataset: "mnist", momentum: 0 }, { batchSize: 16, trainSamples: 3200 }),
  K8: presetsOf({ ...lessonSetting, dataset: "fashion-mnist", momentum: 0.9 }, { batchSize: 64, trainSamples: 3200 }),
} satisfies Record<string, TrainingPresets>;

/** A training cell. */
export type TrainingCellId = keyof typeof presets;

/**
 * The quick preset is the same training on real data, shorter. Its batches are smaller, because what the network needs
 * to leave the plateau at ln 10 is a number of updates, not of pictures.
 */
function presetsOf(full: TrainingSetting, shorter: { batchSize: number; trainSamples: number }): TrainingPresets {
  return { full, quick: { ...full, epochs: 2, testSamples: 1000, ...shorter } };
}

/** The setting of the lesson for a dataset. */
export function lessonSettingFor(dataset: DatasetName): TrainingSetting {
  return dataset === "mnist" ? presets.K3.full : presets.K8.full;
}

/** The command that trains with a setting, with what differs from the lesson's own setting for the dataset. */
export function trainCommandFor(setting: TrainingSetting): string {
  const own = lessonSettingFor(setting.dataset);
  const options = (
    [
      ["epochs", "epochs"],
      ["batch-size", "batchSize"],
      ["optimizer", "optimizer"],
      ["learning-rate", "learningRate"],
      ["momentum", "momentum"],
      ["wd", "wd"],
      ["seed", "seed"],
      ["limit", "trainSamples"],
      ["test-limit", "testSamples"],
    ] as const
  ).flatMap(([option, name]) => {
    const value = setting[name];
    return value === own[name] || value === undefined ? [] : [`--${option} ${value}`];
  });
  return ["camada train", `--dataset ${setting.dataset}`, ...options].join(" ");
}
