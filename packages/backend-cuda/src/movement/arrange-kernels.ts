import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, sizeOf, typeOf } from "../kernels/elements.ts";
import { isDeviceType, type DeviceType } from "../memory/storage.ts";
import { copyElements, stridesOf } from "./copy.ts";

const ALL: readonly DeviceType[] = ["float32", "int32", "bool"];

const transpose = defineKernel(
  tf.Transpose,
  (backend, { x }: Present<tf.TransposeInputs>, { perm }: tf.TransposeAttrs) => {
    if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.Transpose, { x }, { perm });
    const strides = stridesOf(x.shape);
    const shape = perm.map((axis) => x.shape[axis] ?? 1);
    backend.address(x);
    const y = backend.output(shape, x.dtype);
    const from = { offset: 0, strides: perm.map((axis) => strides[axis] ?? 0) };
    copyElements(backend, tf.Transpose, shape, [x, from], [y, { offset: 0, strides: stridesOf(shape) }]);
    return y;
  },
);

const concat = defineKernel(tf.Concat, (backend, inputs: tf.ConcatInputs, { axis }: tf.ConcatAttrs) => {
  const [first] = inputs;
  if (first === undefined || !areOf(ALL, ...inputs)) return backend.scripts.run(tf.Concat, inputs, { axis });
  const [joined = 0] = tf.util.parseAxisParam(axis, first.shape);
  const shapes = inputs.map(({ shape }) => shape);
  tf.backend_util.assertParamsConsistent(shapes, joined);
  const shape = tf.backend_util.computeOutShape(shapes, joined);
  const present = inputs.filter((input) => sizeOf(input) > 0);
  if (present.length === 1) return backend.share(present[0]!, shape);
  return join(backend, tf.Concat, present, { shape, axis: joined, dtype: typeOf(first) });
});

const pack = defineKernel(tf.Pack, (backend, inputs: tf.PackInputs, { axis }: tf.PackAttrs) => {
  const [first] = inputs;
  if (first === undefined || !areOf(ALL, ...inputs)) return backend.scripts.run(tf.Pack, inputs, { axis });
  for (const { shape } of inputs) {
    tf.util.assertShapesMatch(first.shape, shape, "All tensors passed to stack must have matching shapes");
  }
  const place = axis < 0 ? axis + first.shape.length + 1 : axis;
  const shape = first.shape.toSpliced(place, 0, inputs.length);
  if (inputs.length === 1) return backend.share(first, shape);
  return join(backend, tf.Pack, inputs, { shape, axis: place, dtype: typeOf(first) });
});

const tile = defineKernel(tf.Tile, (backend, { x }: Present<tf.TileInputs>, { reps }: tf.TileAttrs) => {
  if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.Tile, { x }, { reps });
  const shape = x.shape.map((extent, axis) => extent * (reps[axis] ?? 1));
  backend.address(x);
  const y = backend.output(shape, x.dtype);
  // Every axis as two: which copy, and where in it.
  const to = stridesOf(shape);
  const extents = x.shape.flatMap((extent, axis) => [reps[axis] ?? 1, extent]);
  const from = { offset: 0, strides: stridesOf(x.shape).flatMap((stride) => [0, stride]) };
  const strides = to.flatMap((stride, axis) => [stride * (x.shape[axis] ?? 1), stride]);
  copyElements(backend, tf.Tile, extents, [x, from], [y, { offset: 0, strides }]);
  return y;
});

const depthToSpace = defineKernel(
  tf.DepthToSpace,
  (backend, { x }: Present<tf.DepthToSpaceInputs>, attrs: tf.DepthToSpaceAttrs) => {
    const { blockSize, dataFormat } = attrs;
    if (dataFormat !== "NHWC" || !isDeviceType(x.dtype)) return backend.scripts.run(tf.DepthToSpace, { x }, attrs);
    const [n = 0, h = 0, w = 0, c = 0] = x.shape;
    const depth = c / (blockSize * blockSize);
    backend.address(x);
    const y = backend.output([n, h * blockSize, w * blockSize, depth], x.dtype);
    const extents = [n, h, blockSize, w, blockSize, depth];
    const from = { offset: 0, strides: [h * w * c, w * c, blockSize * depth, c, depth, 1] };
    copyElements(backend, tf.DepthToSpace, extents, [x, from], [y, { offset: 0, strides: stridesOf(extents) }]);
    return y;
  },
);

/** The same elements in another order, beside each other or again. */
export const arrangeKernels: readonly Kernel[] = [transpose, concat, pack, tile, depthToSpace];

/** Tensors one after another along an axis of the result. */
function join(
  backend: CudaBackend,
  kernel: string,
  inputs: readonly tf.TensorInfo[],
  { shape, axis, dtype }: { readonly shape: readonly number[]; readonly axis: number; readonly dtype: DeviceType },
): tf.TensorInfo {
  for (const input of inputs) backend.address(input);
  const y = backend.output(shape, dtype);
  const outer = tf.util.sizeFromShape(shape.slice(0, axis));
  const row = tf.util.sizeFromShape(shape.slice(axis));
  let offset = 0;
  for (const input of inputs) {
    const length = sizeOf(input) / outer;
    const from = { offset: 0, strides: [length, 1] };
    copyElements(backend, kernel, [outer, length], [input, from], [y, { offset, strides: [row, 1] }]);
    offset += length;
  }
  return y;
}
