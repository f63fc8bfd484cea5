import type { BackendInfo } from "@camada/tensor";
import type { DeviceDescription } from "./driver/driver.ts";

/** What really runs on the card. */
export interface CudaInfo extends BackendInfo {
  readonly gpu: DeviceDescription;
  /** Newest CUDA that the driver serves, e.g. `13.0`. */
  readonly cudaVersion: string;
  /** The compiler of the kernels, e.g. `NVRTC 13.0`. */
  readonly compiler: string;
}
