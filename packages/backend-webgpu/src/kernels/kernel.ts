import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../gpu-backend.ts";

/** What a kernel of ours is called with. */
export interface KernelCall {
  readonly backend: GpuBackend;
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
}

/** A kernel of ours under a name of tfjs's registry. */
export type GpuKernel = Omit<KernelConfig, "backendName">;

/** A kernel; tfjs's types know neither the backend nor what a kernel takes. */
export function kernel(kernelName: string, run: (call: KernelCall) => TensorInfo | TensorInfo[]): GpuKernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, attrs, backend }) => run({ inputs, attrs: attrs ?? {}, backend: backend as GpuBackend }),
  };
}
