import { sizeOf } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { inverse } from "./reductions.ts";
import { fromInput, linear, reduceTo } from "./rule.ts";

/** Sums the copies that tiling made, one axis after another: `[before, reps, rest]` never exceeds three axes. */
function untile(dy: tf.Tensor, x: tf.Tensor, reps: readonly number[]): tf.Tensor {
  const shape = [...dy.shape];
  let sum = dy;
  reps.forEach((rep, axis) => {
    if (rep === 1) return;
    const before = sizeOf(shape.slice(0, axis));
    shape[axis] = x.shape[axis]!;
    sum = tf.sum(tf.reshape(sum, [before, rep, sum.size / (before * rep)]), 1);
  });
  return tf.reshape(sum, x.shape);
}

/** Takes the blocks of `[n, h, w, c]` apart that `depthToSpace` put together. */
function spaceToDepth(dy: tf.Tensor, { blockSize: b, dataFormat }: tf.DepthToSpaceAttrs): tf.Tensor {
  const last = dataFormat === "NHWC";
  const [n, h, w, c] = (last ? dy : tf.transpose(dy, [0, 2, 3, 1])).shape as [number, number, number, number];
  const blocks = tf.reshape(last ? dy : tf.transpose(dy, [0, 2, 3, 1]), [n, h / b, b, w / b, b, c]);
  const depth = tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h / b, w / b, b * b * c]);
  return last ? depth : tf.transpose(depth, [0, 3, 1, 2]);
}

/** Rules of the operations that rearrange, repeat or convert elements. */
export const shapeRules: readonly tf.GradConfig[] = [
  linear(tf.Identity, (dy) => dy),
  fromInput(tf.Reshape, (dy, x) => tf.reshape(dy, x.shape)),
  linear<tf.ExpandDimsAttrs>(tf.ExpandDims, (dy, { dim }) => tf.squeeze(dy, [dim < 0 ? dim + dy.rank : dim]), "input"),
  linear<tf.TransposeAttrs>(tf.Transpose, (dy, { perm }) => tf.transpose(dy, inverse(perm))),
  linear<tf.ReverseAttrs>(tf.Reverse, (dy, { dims }) => tf.reverse(dy, dims)),
  fromInput<tf.TileAttrs>(tf.Tile, (dy, x, { reps }) => untile(dy, x, reps)),
  linear<tf.BroadCastToAttrs>(tf.BroadcastTo, (dy, { inputShape }) => reduceTo(dy, inputShape)),
  // Truncation to whole numbers is constant almost everywhere.
  linear<tf.CastAttrs>(tf.Cast, (dy, { dtype }) => (dtype === "float32" ? dy : tf.zerosLike(dy))),
  linear<tf.SpaceToBatchNDAttrs>(tf.SpaceToBatchND, (dy, { blockShape, paddings }) =>
    tf.batchToSpaceND(dy, blockShape, paddings),
  ),
  linear<tf.BatchToSpaceNDAttrs>(tf.BatchToSpaceND, (dy, { blockShape, crops }) =>
    tf.spaceToBatchND(dy, blockShape, crops),
  ),
  linear<tf.DepthToSpaceAttrs>(tf.DepthToSpace, spaceToDepth),
  // Row i of the matrix form of diag(x) has x_i in column i and nothing else.
  fromInput(tf.Diag, (dy, x) =>
    tf.reshape(tf.sum(tf.mul(tf.reshape(dy, [x.size, x.size]), tf.eye(x.size)), 1), x.shape),
  ),
];
