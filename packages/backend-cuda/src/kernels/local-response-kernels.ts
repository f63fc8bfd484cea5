import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { areOf, elementLaunch, sizeOf } from "./elements.ts";

const forward = defineKernel(tf.LRN, (backend, { x }: Present<tf.LRNInputs>, attrs: tf.LRNAttrs) => {
  if (!areOf(["float32"], x)) return backend.scripts.run(tf.LRN, { x }, attrs);
  return launch(backend, tf.LRN, "local_response", [x], attrs);
});

const gradient = defineKernel(
  tf.LRNGrad,
  (backend, { x, y, dy }: Present<tf.LRNGradInputs>, attrs: tf.LRNGradAttrs) => {
    if (!areOf(["float32"], x, y, dy)) return backend.scripts.run(tf.LRNGrad, { x, y, dy }, attrs);
    return launch(backend, tf.LRNGrad, "local_response_gradient", [x, y, dy], attrs);
  },
);

/** Local response normalization of `[n, height, width, c]`, and its gradient. */
export const localResponseKernels: readonly Kernel[] = [forward, gradient];

function launch(
  backend: CudaBackend,
  kernel: string,
  name: string,
  inputs: readonly [tf.TensorInfo, ...tf.TensorInfo[]],
  { depthRadius, bias, alpha, beta }: tf.LRNAttrs,
): tf.TensorInfo {
  const [{ shape }] = inputs;
  const from = inputs.map((input) => backend.address(input));
  const to = backend.output(shape);
  requireCountable(kernel, to);
  const count = sizeOf(to);
  if (count === 0) return to;
  const args = backend.arguments();
  for (const address of [...from, backend.address(to)]) args.address(address);
  const channels = shape.at(-1) ?? 1;
  // A radius beyond all channels is any other that is.
  args.int32(count, channels, Math.min(depthRadius, channels)).float32(bias, alpha, beta);
  backend.launch({ file: "local-response.cu", name }, elementLaunch(count, 1), args);
  return to;
}
