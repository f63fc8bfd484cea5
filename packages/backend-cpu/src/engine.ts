import type { BackendInfo } from "@camada/tensor";
import type { CpuLevel, CpuPrecision } from "./native/names.ts";

/** What an engine reports once its tfjs backend is active; the refusals of other engines are added by `cpu`. */
type EngineInfo = Omit<BackendInfo, "rejected">;

/** Options of the engine `native`. */
export interface EngineOptions {
  readonly libraryFolder?: string | undefined;
  readonly threads?: number | undefined;
  readonly precision?: CpuPrecision | undefined;
  readonly memoryLimitBytes?: number | undefined;
  readonly level?: CpuLevel | undefined;
}

/** One implementation of the CPU's kernels. */
export interface Engine {
  /**
   * Loads the implementation and makes it tfjs's active backend.
   * @throws {Error} whose message says in one sentence why it cannot run here.
   */
  start(): Promise<EngineInfo>;
}
