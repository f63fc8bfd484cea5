import type { Backend } from "@camada/tensor";
import type { CudaInfo } from "./cuda-info.ts";
import type { CudaPrecision } from "./cuda-backend.ts";

/** What an engine reports once its tfjs backend is active; the refusals of other engines are added by `cuda`. */
export type EngineInfo = Omit<CudaInfo, "rejected">;

/** Options of the engine `driver`. */
export interface EngineOptions {
  readonly device?: number | undefined;
  readonly precision?: CudaPrecision | undefined;
  readonly tune?: boolean | undefined;
  readonly memoryLimitBytes?: number | undefined;
  readonly cacheFolder?: string | undefined;
  readonly kernelFolder?: string | undefined;
}

/** One way to an NVIDIA card. */
export interface Engine {
  /**
   * Loads the implementation and makes it tfjs's active backend.
   * @throws {Error} whose message says in one sentence why it cannot run here.
   */
  start(): Promise<EngineInfo>;
  /** `Backend.compile`, where steps can be replayed. */
  readonly compile?: Backend["compile"];
}
