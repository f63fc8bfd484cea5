import * as tf from "@tensorflow/tfjs-core";
import { areOf, bytesOf, isNative, TYPE_CODES, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import { product } from "../shape.ts";

const gatherV2 = defineKernel(
  tf.GatherV2,
  (backend, { x, indices }: Present<tf.GatherV2Inputs>, attrs: tf.GatherV2Attrs) => {
    const [axis = 0] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const length = x.shape[axis] ?? 0;
    const picks = backend.data.get(indices.dataId).values as Int32Array;
    const wrong = picks.find((index) => index < 0 || index >= length);
    if (!isNative(x.dtype) || indices.dtype !== "int32" || wrong !== undefined) {
      // It names the index that is wrong.
      return scriptKernel(tf.GatherV2)({ inputs: { x, indices }, backend, attrs: { ...attrs } });
    }
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
      x as tf.Tensor,
      indices as tf.Tensor,
      axis,
      attrs.batchDims ?? 0,
    );
    const { batchSize, outerSize, dimSize, sliceSize } = info;
    const tensors = [backend.address(x), backend.address(indices)];
    const y = backend.output(info.outputShape, typeOf(x));
    const fields = [bytesOf(x), batchSize, outerSize, dimSize, sliceSize, product(indices.shape) / (batchSize || 1)];
    backend.library.run("camada_gather", fields, ...tensors, backend.address(y));
    return y;
  },
);

/** The gradient of gather. Ids outside `[0, numSegments)` are dropped. */
const unsortedSegmentSum = defineKernel(
  tf.UnsortedSegmentSum,
  (backend, inputs: Present<tf.UnsortedSegmentSumInputs>, attrs: tf.UnsortedSegmentSumAttrs) => {
    const { x, segmentIds } = inputs;
    if (!areOf(["float32", "int32"], x) || segmentIds.dtype !== "int32") {
      return scriptKernel(tf.UnsortedSegmentSum)({ inputs: { x, segmentIds }, backend, attrs: { ...attrs } });
    }
    const inner = x.shape.slice(segmentIds.shape.length);
    const tensors = [backend.address(x), backend.address(segmentIds)];
    const y = backend.output([attrs.numSegments, ...inner], typeOf(x));
    const fields = [TYPE_CODES[typeOf(x)], product(segmentIds.shape), product(inner), attrs.numSegments];
    backend.library.run("camada_segment_sum", fields, ...tensors, backend.address(y));
    return y;
  },
);

const oneHot = defineKernel(tf.OneHot, (backend, { indices }: Present<tf.OneHotInputs>, attrs: tf.OneHotAttrs) => {
  const { dtype, depth, onValue, offValue } = attrs;
  if (indices.dtype !== "int32" || !isNative(dtype)) {
    return scriptKernel(tf.OneHot)({ inputs: { indices }, backend, attrs: { ...attrs } });
  }
  const from = backend.address(indices);
  const y = backend.output([...indices.shape, depth], dtype);
  const fields = [TYPE_CODES[dtype], product(indices.shape), depth, onValue, offValue];
  backend.library.run("camada_one_hot", fields, from, backend.address(y));
  return y;
});

/** What goes by numbers of slices. */
export const gatherKernels: readonly Kernel[] = [gatherV2, unsortedSegmentSum, oneHot];
