export { CosineScheduler, type CosineSchedulerOptions } from "./cosine-scheduler.ts";
export { OptimizerError } from "./errors.ts";
export { FactorScheduler, type FactorSchedulerOptions } from "./factor-scheduler.ts";
export { type LrScheduler, type LrSchedulerOptions } from "./lr-scheduler.ts";
export { MultiFactorScheduler, type MultiFactorSchedulerOptions } from "./multi-factor-scheduler.ts";
export { PolyScheduler, type PolySchedulerOptions } from "./poly-scheduler.ts";
