import * as tf from "@tensorflow/tfjs-core";
import { copyElements } from "../copy.ts";
import { areOf, isNative, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";
import { product, stridesOf } from "../shape.ts";
import type { NativeType } from "../storage.ts";
import { share } from "./share.ts";

const ALL: readonly NativeType[] = ["float32", "int32", "bool"];

const transpose = defineKernel(
  tf.Transpose,
  (backend, { x }: Present<tf.TransposeInputs>, { perm }: tf.TransposeAttrs) => {
    if (!isNative(x.dtype)) return scriptKernel(tf.Transpose)({ inputs: { x }, backend, attrs: { perm } });
    const strides = stridesOf(x.shape);
    const shape = perm.map((axis) => x.shape[axis] ?? 1);
    backend.address(x);
    const y = backend.output(shape, typeOf(x));
    const from = { offset: 0, strides: perm.map((axis) => strides[axis] ?? 0) };
    copyElements(backend, shape, [x, from], [y, { offset: 0, strides: stridesOf(shape) }]);
    return y;
  },
);

const concat = defineKernel(tf.Concat, (backend, inputs: tf.ConcatInputs, { axis }: tf.ConcatAttrs) => {
  const [first] = inputs;
  if (first === undefined || !areOf(ALL, ...inputs)) {
    return scriptKernel(tf.Concat)({ inputs: inputs as never, backend, attrs: { axis } });
  }
  const [joined = 0] = tf.util.parseAxisParam(axis, first.shape);
  const shapes = inputs.map(({ shape }) => shape);
  tf.backend_util.assertParamsConsistent(shapes, joined);
  const shape = tf.backend_util.computeOutShape(shapes, joined);
  const present = inputs.filter((input) => product(input.shape) > 0);
  if (present.length === 1 && present[0] !== undefined) return share(backend, present[0], shape);
  return join(backend, present, shape, joined, typeOf(first));
});

const pack = defineKernel(tf.Pack, (backend, inputs: tf.PackInputs, { axis }: tf.PackAttrs) => {
  const [first] = inputs;
  if (first === undefined || !areOf(ALL, ...inputs)) {
    return scriptKernel(tf.Pack)({ inputs: inputs as never, backend, attrs: { axis } });
  }
  for (const { shape } of inputs) {
    tf.util.assertShapesMatch(first.shape, shape, "All tensors passed to stack must have matching shapes");
  }
  const place = axis < 0 ? axis + first.shape.length + 1 : axis;
  const shape = first.shape.toSpliced(place, 0, inputs.length);
  return inputs.length === 1 ? share(backend, first, shape) : join(backend, inputs, shape, place, typeOf(first));
});

const tile = defineKernel(tf.Tile, (backend, { x }: Present<tf.TileInputs>, { reps }: tf.TileAttrs) => {
  if (!isNative(x.dtype)) return scriptKernel(tf.Tile)({ inputs: { x }, backend, attrs: { reps } });
  const shape = x.shape.map((extent, axis) => extent * (reps[axis] ?? 1));
  backend.address(x);
  const y = backend.output(shape, typeOf(x));
  // Every axis as two: which copy, and where in it.
  const to = stridesOf(shape);
  const extents = x.shape.flatMap((extent, axis) => [reps[axis] ?? 1, extent]);
  const from = { offset: 0, strides: stridesOf(x.shape).flatMap((stride) => [0, stride]) };
  const strides = to.flatMap((stride, axis) => [stride * (x.shape[axis] ?? 1), stride]);
  copyElements(backend, extents, [x, from], [y, { offset: 0, strides }]);
  return y;
});

const depthToSpace = defineKernel(
  tf.DepthToSpace,
  (backend, { x }: Present<tf.DepthToSpaceInputs>, attrs: tf.DepthToSpaceAttrs) => {
    const { blockSize, dataFormat } = attrs;
    if (dataFormat !== "NHWC" || !isNative(x.dtype)) {
      return scriptKernel(tf.DepthToSpace)({ inputs: { x }, backend, attrs: { ...attrs } });
    }
    const [n = 0, h = 0, w = 0, c = 0] = x.shape;
    const depth = c / (blockSize * blockSize);
    backend.address(x);
    const y = backend.output([n, h * blockSize, w * blockSize, depth], typeOf(x));
    const extents = [n, h, blockSize, w, blockSize, depth];
    const from = { offset: 0, strides: [h * w * c, w * c, blockSize * depth, c, depth, 1] };
    copyElements(backend, extents, [x, from], [y, { offset: 0, strides: stridesOf(extents) }]);
    return y;
  },
);

/** The same elements in another order, beside each other or again. */
export const arrangeKernels: readonly Kernel[] = [transpose, concat, pack, tile, depthToSpace];

/** Tensors one after another along an axis of the result. */
function join(
  backend: NativeBackend,
  inputs: readonly tf.TensorInfo[],
  shape: readonly number[],
  axis: number,
  dtype: NativeType,
): tf.TensorInfo {
  for (const input of inputs) backend.address(input);
  const y = backend.output(shape, dtype);
  const outer = product(shape.slice(0, axis));
  const row = product(shape.slice(axis));
  let offset = 0;
  for (const input of inputs) {
    const length = product(input.shape) / outer;
    const from = { offset: 0, strides: [length, 1] };
    copyElements(backend, [outer, length], [input, from], [y, { offset, strides: [row, 1] }]);
    offset += length;
  }
  return y;
}
