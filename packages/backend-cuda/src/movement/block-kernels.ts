import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { isDeviceType } from "../memory/storage.ts";
import { runKernel } from "../run-kernel.ts";

/** A tensor as one kernel after another leaves it; what lies between is freed. */
function inTurn(
  backend: CudaBackend,
  x: tf.TensorInfo,
  steps: readonly (readonly [kernel: string, attrs: tf.NamedAttrMap])[],
): tf.TensorInfo {
  let result = x;
  for (const [kernel, attrs] of steps) {
    const next = runKernel(backend, kernel, { x: result }, attrs);
    if (result !== x) backend.disposeOf(result);
    result = next;
  }
  return result;
}

const spaceToBatch = defineKernel(
  tf.SpaceToBatchND,
  (backend, { x }: Present<tf.SpaceToBatchNDInputs>, { blockShape, paddings }: tf.SpaceToBatchNDAttrs) => {
    if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.SpaceToBatchND, { x }, { blockShape, paddings });
    const blocks = blockShape.length;
    const around = x.shape.map((_, axis) => paddings[axis - 1] ?? [0, 0]);
    const padded = x.shape.map((extent, axis) => extent + around[axis]![0]! + around[axis]![1]!);
    // Every blocked axis as two: which block, and where in it.
    const apart = [padded[0]!, ...blockShape.flatMap((size, at) => [padded[at + 1]! / size, size])];
    const inBlock = blockShape.map((_, at) => 2 * at + 2);
    const ofBlock = blockShape.map((_, at) => 2 * at + 1);
    const rest = padded.slice(blocks + 1);
    const behind = rest.map((_, at) => 2 * blocks + 1 + at);
    const batch = padded[0]! * tf.util.sizeFromShape(blockShape);
    return inTurn(backend, x, [
      [tf.PadV2, { paddings: around, constantValue: 0 }],
      [tf.Reshape, { shape: [...apart, ...rest] }],
      [tf.Transpose, { perm: [...inBlock, 0, ...ofBlock, ...behind] }],
      [tf.Reshape, { shape: [batch, ...blockShape.map((size, at) => padded[at + 1]! / size), ...rest] }],
    ]);
  },
);

const batchToSpace = defineKernel(
  tf.BatchToSpaceND,
  (backend, { x }: Present<tf.BatchToSpaceNDInputs>, { blockShape, crops }: tf.BatchToSpaceNDAttrs) => {
    if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.BatchToSpaceND, { x }, { blockShape, crops });
    const blocks = blockShape.length;
    const [all = 0, ...extents] = x.shape;
    const batch = all / tf.util.sizeFromShape(blockShape);
    const rest = extents.slice(blocks);
    const whole = [batch, ...blockShape.map((size, at) => size * extents[at]!), ...rest];
    const together = blockShape.flatMap((_, at) => [blocks + 1 + at, at]);
    const behind = rest.map((_, at) => 2 * blocks + 1 + at);
    const begin = whole.map((_, axis) => crops[axis - 1]?.[0] ?? 0);
    const size = whole.map((extent, axis) => extent - begin[axis]! - (crops[axis - 1]?.[1] ?? 0));
    return inTurn(backend, x, [
      [tf.Reshape, { shape: [...blockShape, batch, ...extents] }],
      [tf.Transpose, { perm: [blocks, ...together, ...behind] }],
      [tf.Reshape, { shape: whole }],
      [tf.Slice, { begin, size }],
    ]);
  },
);

const flipLeftRight = defineKernel(tf.FlipLeftRight, (backend, { image }: Present<tf.FlipLeftRightInputs>) => {
  if (!isDeviceType(image.dtype)) return backend.scripts.run(tf.FlipLeftRight, { image });
  return runKernel(backend, tf.Reverse, { x: image }, { dims: [2] });
});

/** What padding, slicing, transposing and reversing are enough for. */
export const blockKernels: readonly Kernel[] = [spaceToBatch, batchToSpace, flipLeftRight];
