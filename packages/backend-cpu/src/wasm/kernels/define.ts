import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { HeapBackend } from "../heap-backend.ts";

/** A kernel without the name of the backend that it is registered for. */
export type Kernel = Pick<KernelConfig, "kernelName" | "kernelFunc">;

/** tfjs types the inputs of its kernels as if each could be missing. */
export type Present<Inputs> = { readonly [Name in keyof Inputs]: NonNullable<Inputs[Name]> };

/** A kernel whose function knows its inputs and attributes by type; tfjs's registry knows them by name only. */
export function defineKernel<Inputs, Attrs = unknown>(
  kernelName: string,
  run: (backend: HeapBackend, inputs: Inputs, attrs: Attrs) => TensorInfo | TensorInfo[],
): Kernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, backend, attrs }: { inputs: NamedTensorInfoMap; backend: unknown; attrs?: NamedAttrMap }) =>
      run(backend as HeapBackend, inputs as Inputs, (attrs ?? {}) as Attrs),
  };
}
