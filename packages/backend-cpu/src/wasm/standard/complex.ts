import {
  Complex,
  Imag,
  Real,
  type ComplexInputs,
  type ImagInputs,
  type RealInputs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { HeapBackend } from "../heap-backend.ts";
import { defineKernel, type Present } from "../kernels/define.ts";

export const complex = defineKernel(Complex, (backend, { real, imag }: Present<ComplexInputs>) =>
  backend.makeComplex({ real: copyOf(backend, real), imag: copyOf(backend, imag) }),
);

export const real = defineKernel(Real, (backend, { input }: Present<RealInputs>) =>
  copyOf(backend, backend.complexParts(input).real),
);

export const imag = defineKernel(Imag, (backend, { input }: Present<ImagInputs>) =>
  copyOf(backend, backend.complexParts(input).imag),
);

function copyOf(backend: HeapBackend, x: TensorInfo): TensorInfo {
  return backend.makeOutput(x.shape, "float32", undefined, backend.readSync(x.dataId));
}
