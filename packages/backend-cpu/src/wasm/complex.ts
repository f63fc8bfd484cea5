import type { backend_util, TensorInfo } from "@tensorflow/tfjs-core";

/** The two tensors that a complex64 one consists of. */
export interface ComplexParts {
  readonly real: TensorInfo;
  readonly imag: TensorInfo;
}

/** Real and imaginary parts, interleaved as tfjs gives complex values to programs. */
export function interleave(real: backend_util.TypedArray, imag: backend_util.TypedArray): Float32Array {
  const values = new Float32Array(2 * real.length);
  for (let i = 0; i < real.length; i++) {
    values[2 * i] = real[i] ?? 0;
    values[2 * i + 1] = imag[i] ?? 0;
  }
  return values;
}

/** The opposite of {@link interleave}; `part` is 0 for real, 1 for imaginary. */
export function everySecond(values: backend_util.TypedArray, part: 0 | 1): Float32Array {
  return Float32Array.from({ length: values.length / 2 }, (_, i) => values[2 * i + part] ?? 0);
}
