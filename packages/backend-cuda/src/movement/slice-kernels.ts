import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { typeOf } from "../kernels/elements.ts";
import { isDeviceType } from "../memory/storage.ts";
import { around } from "./around.ts";
import { copyElements, stridesOf } from "./copy.ts";

/** Every `steps`-th element from `begin` on, `size` of them, along each axis. */
interface Picked {
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly steps: readonly number[];
}

const slice = defineKernel(tf.Slice, (backend, { x }: Present<tf.SliceInputs>, attrs: tf.SliceAttrs) => {
  if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.Slice, { x }, attrs);
  const [begin = [], size = []] = tf.slice_util.parseSliceParams(x, attrs.begin, attrs.size);
  tf.slice_util.assertParamsValid(x, begin, size);
  return pick(backend, tf.Slice, x, { begin, size, steps: size.map(() => 1) });
});

const stridedSlice = defineKernel(
  tf.StridedSlice,
  (backend, { x }: Present<tf.StridedSliceInputs>, attrs: tf.StridedSliceAttrs) => {
    if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.StridedSlice, { x }, attrs);
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
    const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
    const info = tf.slice_util.sliceInfo(x.shape, begin, end, strides, ...masks);
    if (info.isIdentity) return backend.share(x, info.finalShape);
    // Of a slice of rows tfjs knows the size only in this way.
    const isPlain = info.sliceDim0 || info.isSimpleSlice;
    const size = isPlain ? tf.slice_util.computeOutShape(info.begin, info.end, info.strides) : info.finalShapeSparse;
    const picked = { begin: info.begin, size, steps: info.strides };
    return pick(backend, tf.StridedSlice, x, picked, info.finalShape);
  },
);

const reverse = defineKernel(tf.Reverse, (backend, { x }: Present<tf.ReverseInputs>, { dims }: tf.ReverseAttrs) => {
  if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.Reverse, { x }, { dims });
  if (x.shape.length === 0) return backend.share(x);
  const axes = tf.util.parseAxisParam(dims, x.shape);
  const begin = x.shape.map((extent, axis) => (axes.includes(axis) ? extent - 1 : 0));
  const steps = x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1));
  return pick(backend, tf.Reverse, x, { begin, size: x.shape, steps });
});

const splitV = defineKernel(tf.SplitV, (backend, { x }: Present<tf.SplitVInputs>, attrs: tf.SplitVAttrs) => {
  if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.SplitV, { x }, attrs);
  const [axis = 0] = tf.util.parseAxisParam(attrs.axis, x.shape);
  const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attrs.numOrSizeSplits, axis);
  let first = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? first : 0));
    const size = x.shape.map((extent, i) => (i === axis ? length : extent));
    first += length;
    return pick(backend, tf.SplitV, x, { begin, size, steps: size.map(() => 1) });
  });
});

const unpack = defineKernel(tf.Unpack, (backend, { value }: Present<tf.UnpackInputs>, attrs: tf.UnpackAttrs) => {
  if (!isDeviceType(value.dtype)) return backend.scripts.run(tf.Unpack, { value }, attrs);
  const axis = attrs.axis < 0 ? attrs.axis + value.shape.length : attrs.axis;
  const [, count] = around(value.shape, axis);
  return Array.from({ length: count }, (_, place) => {
    const begin = value.shape.map((__, i) => (i === axis ? place : 0));
    const size = value.shape.map((extent, i) => (i === axis ? 1 : extent));
    const shape = value.shape.filter((__, i) => i !== axis);
    return pick(backend, tf.Unpack, value, { begin, size, steps: size.map(() => 1) }, shape);
  });
});

/** Parts of a tensor. */
export const sliceKernels: readonly Kernel[] = [slice, stridedSlice, reverse, splitV, unpack];

function pick(
  backend: CudaBackend,
  kernel: string,
  x: tf.TensorInfo,
  { begin, size, steps }: Picked,
  shape: readonly number[] = size,
): tf.TensorInfo {
  const strides = stridesOf(x.shape);
  const offset = strides.reduce((sum, stride, axis) => sum + stride * (begin[axis] ?? 0), 0);
  backend.address(x);
  const y = backend.output(shape, typeOf(x));
  const from = { offset, strides: strides.map((stride, axis) => stride * (steps[axis] ?? 1)) };
  copyElements(backend, kernel, size, [x, from], [y, { offset: 0, strides: stridesOf(size) }]);
  return y;
}
