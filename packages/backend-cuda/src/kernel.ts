import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "./cuda-backend.ts";

/** A kernel without the name of the backend that it is registered for. */
export type Kernel = Pick<KernelConfig, "kernelName" | "kernelFunc">;

/** tfjs types the inputs of its kernels as if each could be missing. */
export type Present<Inputs> = { readonly [Name in keyof Inputs]: NonNullable<Inputs[Name]> };

/**
 * A kernel whose function names the types of its inputs and attributes; tfjs's registry knows them by name only.
 * `never` accepts every such function. What it starts on the device is known by the kernel's name when it fails there.
 */
export function defineKernel(
  kernelName: string,
  run: (backend: CudaBackend, inputs: never, attrs: never) => TensorInfo | TensorInfo[],
): Kernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const cuda = backend as CudaBackend;
      cuda.launches.begin(kernelName, inputs);
      cuda.observer?.began(kernelName, inputs, attrs ?? {});
      return run(cuda, inputs as never, (attrs ?? {}) as never);
    },
  };
}
