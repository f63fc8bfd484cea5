import {
  Compose,
  DataLoader,
  type ImageBatch,
  type ImageDataset,
  type ImageSample,
  type OpenedDataset,
  Resize,
  ToTensor,
} from "@camada/datasets";
import { type Sequential, SoftmaxCrossEntropyLoss } from "@camada/layers";
import { Trainer } from "@camada/optimizers";
import { activeBackend } from "@camada/tensor";
import {
  type AbortSignalLike,
  type Checkpoint,
  CheckpointFormatError,
  type DefaultMetrics,
  train,
  type TrainingRun,
} from "@camada/training";
import { lessonNet } from "./lesson-net.ts";
import type { TrainingSetting } from "./setting.ts";

/** A step that is replayed takes about a millisecond: to wait for the figures of each would take as long again. */
const REPLAYED_STEPS_PER_RECORD = 50;

/** A checkpoint that knows what it is a run of. */
export type LessonCheckpoint = Checkpoint & { readonly setting: TrainingSetting };

/** Options of {@link prepareTraining}. */
export interface TrainingControl {
  readonly signal: AbortSignalLike;
  /** Where to go on. */
  readonly resume?: Checkpoint | undefined;
  /** Makes the network; the lesson's. */
  readonly makeNet?: (() => Sequential) | undefined;
}

/** A run that is ready to begin, with its network and data. */
export interface LessonTraining {
  readonly setting: TrainingSetting;
  readonly net: Sequential;
  readonly trainer: Trainer;
  readonly trainLoader: DataLoader<ImageSample, ImageBatch>;
  readonly testLoader: DataLoader<ImageSample, ImageBatch>;
  /** Pictures as they were before resizing. */
  readonly testPictures: ImageDataset;
  readonly run: TrainingRun<DefaultMetrics>;
  /** Ends the run where it stands, and frees everything on the device. */
  dispose(): Promise<void>;
}

/** Prepares a training of the lesson's network: pictures resized once to 32 × 32, the loop of the notebook. */
export function prepareTraining(
  setting: TrainingSetting,
  data: OpenedDataset,
  { signal, resume, makeNet = lessonNet }: TrainingControl,
): LessonTraining {
  const { batchSize, epochs, seed, strictLabels } = setting;
  const trainPictures = data.train.take(Math.min(setting.trainSamples ?? Infinity, data.train.length));
  const testPictures = data.test.take(Math.min(setting.testSamples ?? Infinity, data.test.length));
  const trainLoader = new DataLoader(resized(trainPictures), { batchSize, shuffle: true, seed });
  const testLoader = new DataLoader(resized(testPictures), { batchSize });
  const net = makeNet();
  const trainer = new Trainer(net.structuralParams(), setting.optimizer, optimizerOptions(setting));
  const loss = new SoftmaxCrossEntropyLoss({ strictLabels });
  const run = train({
    net,
    loss,
    trainer,
    trainLoader,
    testLoader,
    epochs,
    signal,
    resume,
    checkpointEvery: { epochs: 1 },
    logEverySteps: activeBackend()?.backend.compile === undefined ? 1 : REPLAYED_STEPS_PER_RECORD,
  });
  return {
    setting,
    net,
    trainer,
    trainLoader,
    testLoader,
    testPictures,
    run,
    async dispose() {
      await run.return();
      trainer.dispose();
      net.dispose();
    },
  };
}

/** A checkpoint with the setting of its run. */
export function labelled(checkpoint: Checkpoint, setting: TrainingSetting): LessonCheckpoint {
  return { ...checkpoint, setting };
}

/** The setting that {@link labelled} put into a checkpoint. */
export function settingOf(checkpoint: Checkpoint, source: string): TrainingSetting {
  const { setting } = checkpoint as Partial<LessonCheckpoint>;
  if (typeof setting === "object" && setting !== null && typeof setting.dataset === "string") return setting;
  throw new CheckpointFormatError(source, "a checkpoint of `camada train` or of a cell", "one of another program");
}

function resized(pictures: ImageDataset): ImageDataset {
  return pictures.transformFirst(new Compose([new Resize(32), new ToTensor()])).materialize();
}

function optimizerOptions({ optimizer, learningRate, momentum, wd }: TrainingSetting) {
  const common = { learningRate, wd };
  return optimizer === "sgd" || optimizer === "nag" ? { ...common, momentum } : common;
}
