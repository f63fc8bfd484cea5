import { getKernel, Transpose, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import type { HeapBackend } from "../heap-backend.ts";

/** A kernel of tfjs's WebAssembly, as it was before ours took its name. */
export function stockKernel(kernelName: string): KernelFunc {
  const kernel = getKernel(kernelName, "wasm");
  if (kernel === undefined) throw new Error(`cpu: expected tfjs to have kernel ${kernelName}, got none`);
  return kernel.kernelFunc;
}

/** A new tensor with the axes in another order. */
export function transposed(backend: HeapBackend, x: TensorInfo, perm: readonly number[]): TensorInfo {
  return stockKernel(Transpose)({ inputs: { x }, backend, attrs: { perm: [...perm] } }) as TensorInfo;
}
