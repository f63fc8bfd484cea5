import {
  UnsortedSegmentSum,
  type backend_util,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
} from "@tensorflow/tfjs-core";
import { product } from "../geometry.ts";
import { defineKernel, type Present } from "../kernels/define.ts";

/** `y[segmentIds[i]] += x[i]`: the gradient of gather. Ids outside `[0, numSegments)` are dropped. */
export const unsortedSegmentSum = defineKernel(
  UnsortedSegmentSum,
  (backend, { x, segmentIds }: Present<UnsortedSegmentSumInputs>, { numSegments }: UnsortedSegmentSumAttrs) => {
    const rows = product(segmentIds.shape);
    const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
    const size = product(shape) / Math.max(numSegments, 1);
    const sums = new Float32Array(product(shape));
    const values = backend.readSync(x.dataId) as backend_util.TypedArray;
    const ids = backend.readSync(segmentIds.dataId) as Int32Array;
    for (let row = 0; row < rows; row++) {
      const id = ids[row] ?? -1;
      if (id < 0 || id >= numSegments) continue;
      for (let i = 0; i < size; i++) sums[id * size + i] = (sums[id * size + i] ?? 0) + (values[row * size + i] ?? 0);
    }
    const typed = x.dtype === "int32" ? Int32Array.from(sums) : sums;
    return backend.makeOutput(shape, x.dtype, undefined, typed);
  },
);
