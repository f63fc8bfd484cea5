import { Complex, Imag, Real, type ComplexInputs, type ImagInputs, type RealInputs } from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { HeapBackend } from "../heap-backend.ts";
import { defineKernel, type Present } from "../kernels/define.ts";

export const complex = defineKernel<Present<ComplexInputs>>(Complex, (backend, { real, imag }) =>
  backend.makeComplex({ real: copyOf(backend, real), imag: copyOf(backend, imag) }),
);

export const real = defineKernel<Present<RealInputs>>(Real, (backend, { input }) =>
  copyOf(backend, backend.complexParts(input).real),
);

export const imag = defineKernel<Present<ImagInputs>>(Imag, (backend, { input }) =>
  copyOf(backend, backend.complexParts(input).imag),
);

function copyOf(backend: HeapBackend, x: TensorInfo): TensorInfo {
  return backend.makeOutput(x.shape, "float32", undefined, backend.readSync(x.dataId) as Float32Array);
}
