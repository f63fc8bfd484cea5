import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Address } from "../driver/driver.ts";

type Four = readonly [Address, Address, Address, Address];

/** Where up to four tensors are on the device; those that are absent are null. */
export function addressesOf(backend: CudaBackend, ...tensors: readonly (TensorInfo | undefined)[]): Four {
  return tensors.map((tensor) => backend.addressOf(tensor)) as unknown as Four;
}
