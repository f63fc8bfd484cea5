export { type ArrayBatch, type Batch, type ImageBatch, type IndexBatch, type Numbers } from "./batch.ts";
export { type Checkpoint, type Progress } from "./checkpoint.ts";
export { decodeCheckpoint, encodeCheckpoint } from "./checkpoint-format.ts";
export type {
  Awaitable,
  Loader,
  Loss,
  Net,
  NetParameter,
  SavedTensor,
  Stateful,
  Stepper,
  TrainerLike,
} from "./contracts.ts";
export { type EarlyStopping } from "./early-stopping.ts";
export { CheckpointFormatError, DivergenceError, TrainingOptionError, type Divergence } from "./errors.ts";
export { evaluate, type AbortSignalLike, type EvaluateOptions, type Predictor } from "./evaluate.ts";
export { type DefaultMetrics, type Measurement, type MeterState, type Metrics } from "./measurement.ts";
export { accuracy, additiveMetric, confusionMatrix, topK, type MeasuredBatch, type Metric } from "./metric.ts";
export type {
  CheckpointRecord,
  EndReason,
  EndRecord,
  EpochRecord,
  EvaluationRecord,
  StartRecord,
  StepRecord,
  TrainRecord,
} from "./records.ts";
export { restoreCheckpoint, type RestoreTargets } from "./restore-checkpoint.ts";
export { train } from "./train.ts";
export { type TrainOptions } from "./train-options.ts";
export { trainStep, type TrainStepOptions } from "./train-step.ts";
export { type TrainingRun } from "./training-run.ts";
export { worstMistakes, type Mistake } from "./worst-mistakes.ts";
