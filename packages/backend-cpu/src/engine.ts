import type { BackendInfo } from "@camada/tensor";

/** What an engine reports once its tfjs backend is active; the refusals of other engines are added by `cpu`. */
type EngineInfo = Omit<BackendInfo, "rejected">;

/** One implementation of the CPU's kernels. */
export interface Engine {
  /**
   * Loads the implementation and makes it tfjs's active backend.
   * @throws {Error} whose message says in one sentence why it cannot run here.
   */
  start(): Promise<EngineInfo>;
}
