import type { BackendInfo } from "@camada/tensor";
import type { DeviceDescription } from "./driver/driver.ts";

/** What really runs on the card. */
export interface CudaInfo extends BackendInfo {
  /** The card; absent where the engine does not say. */
  readonly gpu?: DeviceDescription;
  /** Newest CUDA that the driver serves, e.g. `13.0`; of the engine `tfjs-node-gpu` the one that it was built for. */
  readonly cudaVersion: string;
  /** The compiler of the kernels, e.g. `NVRTC 13.0`; absent where they were compiled before. */
  readonly compiler?: string;
}
