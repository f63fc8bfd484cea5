import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";

const identity = defineKernel(tf.Identity, (backend, { x }: Present<tf.IdentityInputs>) => backend.share(x));

const reshape = defineKernel(tf.Reshape, (backend, { x }: Present<tf.ReshapeInputs>, { shape }: tf.ReshapeAttrs) => {
  const size = tf.util.sizeFromShape(x.shape);
  const full = tf.util.inferFromImplicitShape(shape, size);
  const fullSize = tf.util.sizeFromShape(full);
  tf.util.assert(
    size === fullSize,
    () => `reshape: expected ${size} elements as in [${x.shape.join(", ")}], got ${fullSize} in [${full.join(", ")}]`,
  );
  return backend.share(x, full);
});

const expandDims = defineKernel(
  tf.ExpandDims,
  (backend, { input }: Present<tf.ExpandDimsInputs>, { dim }: tf.ExpandDimsAttrs) => {
    const rank = input.shape.length;
    tf.util.assert(
      dim >= -(rank + 1) && dim <= rank,
      () => `expandDims: expected an axis from ${-(rank + 1)} to ${rank}, got ${dim}`,
    );
    const shape = [...input.shape];
    shape.splice(dim < 0 ? rank + dim + 1 : dim, 0, 1);
    return backend.share(input, shape);
  },
);

/** Kernels whose result has the elements of their input. */
export const shareKernels: readonly Kernel[] = [identity, reshape, expandDims];
