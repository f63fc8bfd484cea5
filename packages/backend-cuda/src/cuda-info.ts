import type { BackendInfo } from "@camada/tensor";
import type { DeviceDescription } from "./driver/driver.ts";
import type { TunedShape } from "./tuning.ts";

/** What really runs on the card. */
export interface CudaInfo extends BackendInfo {
  /** The card; absent where the engine does not say. */
  readonly gpu?: DeviceDescription;
  /** Newest CUDA that the driver serves, e.g. `13.0`; of the engine `tfjs-node-gpu` the one that it was built for. */
  readonly cudaVersion: string;
  /** What was tuned so far, with the ways that were tried; present with the option `tune`. */
  readonly tuned?: () => readonly TunedShape[];
  /** The compiler of the kernels, e.g. `NVRTC 13.0`; absent where they were compiled before. */
  readonly compiler?: string;
}
