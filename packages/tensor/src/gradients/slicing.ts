import * as tf from "@tensorflow/tfjs-core";
import { fromInput, linear } from "./rule.ts";

/** Surrounds `x` with zeros: `before[i]` of them along axis i, and as many behind as `shape` needs. */
function place(x: tf.Tensor, before: readonly number[], shape: readonly number[]): tf.Tensor {
  return tf.pad(
    x,
    shape.map((size, axis): [number, number] => [before[axis]!, size - before[axis]! - x.shape[axis]!]),
  );
}

/** Spreads the elements along one axis `stride` apart, zeros between them. */
function dilate(x: tf.Tensor, axis: number, stride: number): tf.Tensor {
  const { shape } = x;
  const spaced = tf.pad(tf.expandDims(x, axis + 1), [
    ...shape.slice(0, axis + 1).map((): [number, number] => [0, 0]),
    [0, stride - 1],
    ...shape.slice(axis + 1).map((): [number, number] => [0, 0]),
  ]);
  return tf.reshape(spaced, shape.with(axis, shape[axis]! * stride));
}

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
    if (Math.abs(stride) > 1 && count > 1) {
      const extent = (count - 1) * Math.abs(stride) + 1;
      taken = tf.slice(
        dilate(taken, axis, Math.abs(stride)),
        counts.map(() => 0),
        taken.shape.with(axis, extent),
      );
    }
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
