import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { arrayOf, elementBytes, isDeviceType, type DeviceType } from "../memory/storage.ts";
import { elementLaunch, sizeOf } from "./elements.ts";

const fill = defineKernel(tf.Fill, (backend, _: object, { shape, value, dtype }: tf.FillAttrs) => {
  const type = dtype ?? tf.util.inferDtype(value);
  if (!isDeviceType(type) || typeof value === "string")
    return backend.scripts.run(tf.Fill, {}, { shape, value, dtype });
  return filled(backend, shape, type, value);
});

function constant(kernelName: string, value: number): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.UnaryInputs>) => {
    if (!isDeviceType(x.dtype)) return backend.scripts.run(kernelName, { x });
    return filled(backend, x.shape, x.dtype, value);
  });
}

/** Tensors of one value. */
export const fillKernels: readonly Kernel[] = [fill, constant(tf.ZerosLike, 0), constant(tf.OnesLike, 1)];

/** A tensor whose elements are all one value. */
function filled(backend: CudaBackend, shape: readonly number[], dtype: DeviceType, value: number): tf.TensorInfo {
  const y = backend.output(shape, dtype);
  const count = sizeOf(y);
  if (count === 0) return y;
  const pattern = arrayOf(dtype, 1).fill(value);
  const bytes = new Uint8Array(pattern.buffer);
  const to = backend.address(y);
  if (bytes.every((byte) => byte === bytes[0])) {
    backend.context.fillBytes(to, bytes[0]!, count * elementBytes(dtype));
    return y;
  }
  const bits = new Int32Array(pattern.buffer)[0]!;
  const args = backend.arguments().address(to).int64(count).int32(bits);
  backend.launch({ file: "fill.cu", name: "fill_words" }, elementLaunch(count), args);
  return y;
}
