export { AdaDelta, type AdaDeltaOptions } from "./adadelta.ts";
export { AdaGrad, type AdaGradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions } from "./adam.ts";
export { Adamax, type AdamaxOptions } from "./adamax.ts";
export { AdamW, type AdamWOptions } from "./adamw.ts";
export { clipGlobalNorm } from "./clip-global-norm.ts";
export { CosineScheduler, type CosineSchedulerOptions } from "./cosine-scheduler.ts";
export {
  createOptimizer,
  type OptimizerName,
  type OptimizerOptionsByName,
  type OptionsOf,
} from "./create-optimizer.ts";
export { OptimizerError, StaleGradientError, TrainerStatesError } from "./errors.ts";
export { FactorScheduler, type FactorSchedulerOptions } from "./factor-scheduler.ts";
export { type LrScheduler, type LrSchedulerOptions } from "./lr-scheduler.ts";
export { MultiFactorScheduler, type MultiFactorSchedulerOptions } from "./multi-factor-scheduler.ts";
export { NAG, type NAGOptions } from "./nag.ts";
export { Nadam, type NadamOptions } from "./nadam.ts";
export {
  Optimizer,
  type OptimizerOptions,
  type ParameterUpdate,
  type SettingsOf,
  type UpdateResult,
  type UpdateStep,
} from "./optimizer.ts";
export { PolyScheduler, type PolySchedulerOptions } from "./poly-scheduler.ts";
export { RMSProp, type RMSPropOptions, type RMSPropState } from "./rmsprop.ts";
export { type Setting, type SettingValue } from "./setting.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export { type Trainable, type Trainables } from "./trainable.ts";
export { Trainer, type StepOptions } from "./trainer.ts";
export { type ParameterStates, type TrainerStates } from "./trainer-states.ts";
