import * as tf from "@tensorflow/tfjs-core";
import { dilate, place } from "./pieces.ts";
import { fromInput, linear } from "./rule.ts";

/** Puts the elements that a strided slice took back where they came from. */
function unslice(dy: tf.Tensor, x: tf.Tensor, attrs: tf.StridedSliceAttrs): tf.Tensor {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  const slice = tf.slice_util.sliceInfo(
    x.shape,
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  const counts = tf.slice_util.computeOutShape(slice.begin, slice.end, slice.strides);
  let taken = tf.reshape(dy, counts);
  const first = counts.map((count, axis) => {
    const stride = slice.strides[axis]!;
    // A backward slice starts at its highest element.
    if (stride < 0) taken = tf.reverse(taken, axis);
    taken = dilate(taken, axis, Math.abs(stride));
    return stride < 0 ? slice.begin[axis]! + stride * (count - 1) : slice.begin[axis]!;
  });
  return dy.size === 0 ? tf.zeros(x.shape) : place(taken, first, x.shape);
}

/**
 * Adds the mirrored borders back onto the elements they are copies of, one axis after another. With `reflect` the
 * element at the edge is not repeated, so its copies begin one further in.
 */
function unmirror(dy: tf.Tensor, { paddings, mode }: tf.MirrorPadAttrs): tf.Tensor {
  const skip = mode === "reflect" ? 1 : 0;
  return paddings.reduce((gradient: tf.Tensor, [before, after], axis) => {
    const size = gradient.shape[axis]! - before - after;
    const shape = gradient.shape.with(axis, size);
    const border = (from: number, count: number, to: number) => {
      const begin = shape.map((_, i) => (i === axis ? from : 0));
      const copies = tf.reverse(tf.slice(gradient, begin, shape.with(axis, count)), axis);
      return place(
        copies,
        shape.map((_, i) => (i === axis ? to : 0)),
        shape,
      );
    };
    let sum: tf.Tensor = tf.slice(
      gradient,
      shape.map((_, i) => (i === axis ? before : 0)),
      shape,
    );
    if (before > 0) sum = tf.add(sum, border(0, before, skip));
    if (after > 0) sum = tf.add(sum, border(before + size, after, size - skip - after));
    return sum;
  }, dy);
}

/** Rules of the operations that cut out a part or add a border. */
export const slicingRules: readonly tf.GradConfig[] = [
  fromInput<tf.SliceAttrs>(tf.Slice, (dy, x, { begin }) => {
    const given = typeof begin === "number" ? [begin] : begin;
    return place(
      dy,
      x.shape.map((_, axis) => given[axis] ?? 0),
      x.shape,
    );
  }),
  fromInput<tf.StridedSliceAttrs>(tf.StridedSlice, unslice),
  linear<tf.PadV2Attrs>(tf.PadV2, (dy, { paddings }) =>
    tf.slice(
      dy,
      paddings.map(([before]) => before),
      dy.shape.map((size, axis) => size - paddings[axis]![0] - paddings[axis]![1]),
    ),
  ),
  linear<tf.MirrorPadAttrs>(tf.MirrorPad, unmirror),
];
