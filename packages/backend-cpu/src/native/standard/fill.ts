import * as tf from "@tensorflow/tfjs-core";
import { isNative, TYPE_CODES } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";
import { product } from "../shape.ts";
import type { NativeType } from "../storage.ts";

const fill = defineKernel(tf.Fill, (backend, _: object, { shape, value, dtype }: tf.FillAttrs) => {
  const type = dtype ?? tf.util.inferDtype(value);
  if (!isNative(type) || typeof value === "string") {
    return scriptKernel(tf.Fill)({ inputs: {}, backend, attrs: { shape, value, dtype } });
  }
  return filled(backend, shape, type, value);
});

function constant(kernelName: string, value: number): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.UnaryInputs>) => {
    if (!isNative(x.dtype)) return scriptKernel(kernelName)({ inputs: { x }, backend });
    return filled(backend, x.shape, x.dtype, value);
  });
}

/** Tensors of one value. */
export const fillKernels: readonly Kernel[] = [fill, constant(tf.ZerosLike, 0), constant(tf.OnesLike, 1)];

function filled(backend: NativeBackend, shape: readonly number[], dtype: NativeType, value: number): tf.TensorInfo {
  const y = backend.output(shape, dtype);
  backend.library.run("camada_fill", [TYPE_CODES[dtype], product(shape), value], backend.address(y));
  return y;
}
