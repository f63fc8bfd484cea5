import { sizeOf } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, rule, zeroGradient } from "./rule.ts";

/** Sums the rows of `x` `[rows, n]` that have one index; where a backend has no such kernel, a product does it. */
function sumByIndex(x: tf.Tensor, indices: tf.Tensor1D, count: number): tf.Tensor {
  return hasKernel(tf.UnsortedSegmentSum)
    ? tf.unsortedSegmentSum(x, indices, count)
    : tf.matMul(tf.cast(tf.oneHot(indices, count), "float32"), x, true);
}

/**
 * Adds each gathered slice to the one it was read from. `x` is `[batch…, outer…, n, inner…]` and the result of the
 * gather `[batch…, outer…, indices…, inner…]`; each group of axes is folded into one, and the batch into the index.
 */
function ungather(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, attrs: tf.GatherV2Attrs): tf.Tensor {
  const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0]!;
  const batchDims = attrs.batchDims < 0 ? attrs.batchDims + indices.rank : attrs.batchDims;
  const size = (from: number, to: number) => sizeOf(x.shape.slice(from, to));
  const [batch, outer, n, inner] = [size(0, batchDims), size(batchDims, axis), x.shape[axis]!, size(axis + 1, x.rank)];
  const perBatch = indices.size / batch;

  const rows = tf.transpose(tf.reshape(dy, [batch, outer, perBatch, inner]), [0, 2, 1, 3]);
  const offsets = tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(n, "int32"));
  const target = tf.add(tf.reshape(indices, [batch, perBatch]), tf.reshape(offsets, [batch, 1]));
  const sums = sumByIndex(
    tf.reshape(rows, [batch * perBatch, outer * inner]),
    tf.reshape(tf.cast(target, "int32"), [batch * perBatch]),
    batch * n,
  );
  return tf.reshape(tf.transpose(tf.reshape(sums, [batch, n, outer, inner]), [0, 2, 1, 3]), x.shape);
}

/** Rows of `dy` by index; a negative index took part in no sum, so its row is zero. */
function gatherOrZero(dy: tf.Tensor, indices: tf.Tensor1D): tf.Tensor {
  const rows = tf.gather(dy, tf.maximum(indices, tf.scalar(0, "int32")));
  const taken = tf.reshape(tf.cast(tf.greaterEqual(indices, 0), "float32"), [
    indices.size,
    ...dy.shape.slice(1).map(() => 1),
  ]);
  return tf.mul(rows, taken);
}

/** Rules of the operations that read and write by index. */
export const indexingRules: readonly tf.GradConfig[] = [
  rule<[tf.Tensor, tf.Tensor], tf.GatherV2Attrs>(
    tf.GatherV2,
    { inputs: ["x", "indices"] },
    (dy, [x, indices], attrs) => ({
      x: () => ungather(dy, x, indices, attrs),
      indices: () => zeroGradient(indices),
    }),
  ),
  rule<[tf.Tensor, tf.Tensor]>(tf.GatherNd, { inputs: ["params", "indices"] }, (dy, [params, indices]) => ({
    params: () => tf.scatterND(indices, dy, params.shape),
    indices: () => zeroGradient(indices),
  })),
  rule<[tf.Tensor]>(tf.ScatterNd, { inputs: ["indices"] }, (dy, [indices]) => ({
    updates: () => tf.gatherND(dy, indices),
    indices: () => zeroGradient(indices),
  })),
  rule<[tf.Tensor1D]>(tf.UnsortedSegmentSum, { inputs: ["segmentIds"] }, (dy, [segmentIds]) => ({
    x: () => gatherOrZero(dy, segmentIds),
    segmentIds: () => zeroGradient(segmentIds),
  })),
];
