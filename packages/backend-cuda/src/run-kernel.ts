import {
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { CudaBackend } from "./cuda-backend.ts";

/** Runs another kernel of the backend that computes. */
export function runKernel(
  backend: CudaBackend,
  kernelName: string,
  inputs: NamedTensorInfoMap,
  attrs: NamedAttrMap = {},
): TensorInfo {
  const kernel = getKernel(kernelName, getBackend());
  if (kernel === undefined) throw new Error(`cuda: expected the backend to have kernel ${kernelName}, got none`);
  return kernel.kernelFunc({ inputs, backend, attrs }) as TensorInfo;
}
