import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, elementLaunch, sizeOf, typeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { arrayOf, isDeviceType } from "../memory/storage.ts";

const FILE = "gather.cu";

const gatherV2 = defineKernel(
  tf.GatherV2,
  (backend, { x, indices }: Present<tf.GatherV2Inputs>, attrs: tf.GatherV2Attrs) => {
    const [axis = 0] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const length = x.shape[axis] ?? 0;
    if (!isDeviceType(x.dtype) || indices.dtype !== "int32" || hasWrong(backend, indices, length)) {
      // It names the index that is wrong.
      return backend.scripts.run(tf.GatherV2, { x, indices }, attrs);
    }
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
      x as tf.Tensor,
      indices as tf.Tensor,
      axis,
      attrs.batchDims ?? 0,
    );
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
    const addresses = [backend.address(x), backend.address(indices)];
    const y = backend.output(outputShape, x.dtype);
    requireCountable(tf.GatherV2, x, indices, y);
    const count = sizeOf(y);
    if (count === 0) return y;
    const args = backend.arguments();
    for (const address of [...addresses, backend.address(y)]) args.address(address);
    args.int32(count, outerSize, dimSize, sizeOf(indices) / batchSize, sliceSize);
    const name = x.dtype === "bool" ? "gather_bytes" : "gather_words";
    backend.launch({ file: FILE, name }, elementLaunch(count, 1), args);
    return y;
  },
);

/** The gradient of gather. Ids outside `[0, numSegments)` are dropped. */
const unsortedSegmentSum = defineKernel(
  tf.UnsortedSegmentSum,
  (backend, inputs: Present<tf.UnsortedSegmentSumInputs>, attrs: tf.UnsortedSegmentSumAttrs) => {
    const { x, segmentIds } = inputs;
    if (!areOf(["float32", "int32"], x) || segmentIds.dtype !== "int32") {
      return backend.scripts.run(tf.UnsortedSegmentSum, { x, segmentIds }, attrs);
    }
    const inner = x.shape.slice(segmentIds.shape.length);
    const addresses = [backend.address(x), backend.address(segmentIds)];
    const y = backend.output([attrs.numSegments, ...inner], typeOf(x));
    requireCountable(tf.UnsortedSegmentSum, x, y);
    const count = sizeOf(y);
    if (count === 0) return y;
    const args = backend.arguments();
    for (const address of [...addresses, backend.address(y)]) args.address(address);
    args.int32(count, sizeOf(segmentIds), tf.util.sizeFromShape(inner));
    backend.launch({ file: FILE, name: `segment_sum_${x.dtype}` }, elementLaunch(count, 1), args);
    return y;
  },
);

const oneHot = defineKernel(tf.OneHot, (backend, { indices }: Present<tf.OneHotInputs>, attrs: tf.OneHotAttrs) => {
  const { dtype, depth, onValue, offValue } = attrs;
  if (indices.dtype !== "int32" || !isDeviceType(dtype)) return backend.scripts.run(tf.OneHot, { indices }, attrs);
  const from = backend.address(indices);
  const y = backend.output([...indices.shape, depth], dtype);
  requireCountable(tf.OneHot, y);
  const count = sizeOf(y);
  if (count === 0) return y;
  const bits = [onValue, offValue].map((value) => {
    const pattern = arrayOf(dtype, dtype === "bool" ? 4 : 1).fill(value);
    return new Int32Array(pattern.buffer)[0]!;
  });
  const args = backend
    .arguments()
    .address(from)
    .address(backend.address(y))
    .int32(count, depth, ...bits);
  const name = dtype === "bool" ? "one_hot_bytes" : "one_hot_words";
  backend.launch({ file: FILE, name }, elementLaunch(count, 1), args);
  return y;
});

/** What goes by numbers of slices. */
export const gatherKernels: readonly Kernel[] = [gatherV2, unsortedSegmentSum, oneHot];

/** Whether an index is out of range, as far as the host knows without waiting for the device. */
function hasWrong(backend: CudaBackend, indices: tf.TensorInfo, length: number): boolean {
  const { host } = backend.data.get(indices.dataId);
  return Array.from((host ?? []) as ArrayLike<number>).some((index) => index < 0 || index >= length);
}
