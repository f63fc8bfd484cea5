import * as tf from "@tensorflow/tfjs-core";
import type { NativeBackend } from "../native-backend.ts";

/** Runs another kernel of the backend that computes. */
export function runKernel(
  backend: NativeBackend,
  kernelName: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap = {},
): tf.TensorInfo {
  const kernel = tf.getKernel(kernelName, tf.getBackend());
  if (kernel === undefined) throw new Error(`cpu: expected the native backend to have kernel ${kernelName}, got none`);
  return kernel.kernelFunc({ inputs, backend, attrs }) as tf.TensorInfo;
}

/** Axes in another order, as a tensor of its own. */
export function transposed(backend: NativeBackend, x: tf.TensorInfo, perm: readonly number[]): tf.TensorInfo {
  return runKernel(backend, tf.Transpose, { x }, { perm: [...perm] });
}

/** `[n, ...spatial, c]` as `[n, c, ...spatial]`. */
export function channelsFirst(backend: NativeBackend, x: tf.TensorInfo): tf.TensorInfo {
  const spatial = x.shape.slice(2).map((_, axis) => axis + 1);
  return transposed(backend, x, [0, x.shape.length - 1, ...spatial]);
}

/** `[n, c, ...spatial]` as `[n, ...spatial, c]`. */
export function channelsLast(backend: NativeBackend, x: tf.TensorInfo): tf.TensorInfo {
  const spatial = x.shape.slice(2).map((_, axis) => axis + 2);
  return transposed(backend, x, [0, ...spatial, 1]);
}

/** Gives what `work` returns and disposes the other tensors that it handed to `temporary`. */
export function withTemporaries(
  backend: NativeBackend,
  work: (temporary: (tensor: tf.TensorInfo) => tf.TensorInfo) => tf.TensorInfo,
): tf.TensorInfo {
  const made: tf.TensorInfo[] = [];
  let result: tf.TensorInfo | undefined;
  try {
    result = work((tensor) => (made.push(tensor), tensor));
    return result;
  } finally {
    for (const tensor of made) if (tensor !== result) backend.disposeData(tensor.dataId);
  }
}
