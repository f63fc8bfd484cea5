import { getKernel, type KernelConfig, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeBackend } from "./native-backend.ts";

/** A kernel without the name of the backend that it is registered for. */
export type Kernel = Pick<KernelConfig, "kernelName" | "kernelFunc">;

/** tfjs types the inputs of its kernels as if each could be missing. */
export type Present<Inputs> = { readonly [Name in keyof Inputs]: NonNullable<Inputs[Name]> };

/**
 * A kernel whose function names the types of its inputs and attributes; tfjs's registry knows them by name only.
 * `never` accepts every such function.
 */
export function defineKernel(
  kernelName: string,
  run: (backend: NativeBackend, inputs: never, attrs: never) => TensorInfo | TensorInfo[],
): Kernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, backend, attrs }) => run(backend as NativeBackend, inputs as never, (attrs ?? {}) as never),
  };
}

/** tfjs's JavaScript kernel of a name: it runs on a native backend's tensors as they are. */
export function scriptKernel(kernelName: string): KernelFunc {
  const kernel = getKernel(kernelName, "cpu");
  if (kernel === undefined) throw new Error(`cpu: expected tfjs to have kernel ${kernelName}, got none`);
  return kernel.kernelFunc;
}
