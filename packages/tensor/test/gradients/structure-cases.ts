import * as tf from "@tensorflow/tfjs-core";
import type { GradientCase, GradientCases } from "./case.ts";

const DISTINCT = { shape: [2, 3, 4], distinct: true };

/** Reduction over everything, one axis, several, and with the axes kept. */
const reduction = (
  reduce: (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor,
  options: object = {},
): GradientCase[] => [
  { of: (x) => reduce(x), at: [{ shape: [2, 3], ...options }] },
  { of: (x) => reduce(x, 1), at: [{ shape: [2, 3, 4], ...options }] },
  { of: (x) => reduce(x, [0, -1]), at: [{ shape: [2, 3, 4], ...options }] },
  { of: (x) => reduce(x, -1, true), at: [{ shape: [2, 3, 4], ...options }] },
];

/** Forwards and backwards, with and without the element itself, along each kind of axis. */
const scan = (run: (x: tf.Tensor, axis: number, exclusive: boolean, reverse: boolean) => tf.Tensor): GradientCase[] =>
  [0, 1, 2].flatMap((axis) =>
    [false, true].flatMap((exclusive) =>
      [false, true].map((reverse) => ({
        of: (x: tf.Tensor) => run(x, axis, exclusive, reverse),
        at: [[2, 3, 2]],
      })),
    ),
  );

const one = (of: (x: tf.Tensor) => tf.Tensor, ...shape: number[]): GradientCase => ({ of, at: [shape] });
const indices = (values: number[], shape = [values.length]) => tf.tensor(values, shape, "int32");

export const structureCases: GradientCases = {
  [tf.Sum]: reduction(tf.sum),
  [tf.Mean]: reduction(tf.mean),
  [tf.Max]: reduction(tf.max, { distinct: true }),
  [tf.Min]: reduction(tf.min, { distinct: true }),
  [tf.Prod]: [
    ...reduction(tf.prod),
    one((x) => tf.prod(tf.mul(x, [1, 0, 1]), 1), 2, 3),
    one((x) => tf.prod(tf.mul(x, [0, 0, 1]), 1), 2, 3),
  ],
  [tf.Cumsum]: scan(tf.cumsum),
  [tf.Cumprod]: [...scan(tf.cumprod), one((x) => tf.cumprod(tf.mul(x, [1, 0, 1, 0, 1]), 1), 2, 5)],
  [tf.TopK]: [{ of: (x) => tf.topk(x, 2).values, at: [DISTINCT] }],

  [tf.Identity]: [one((x) => tf.clone(x), 2, 3)],
  [tf.Reshape]: [one((x) => tf.reshape(x, [3, 2]), 2, 3), one((x) => tf.reshape(x, []), 1, 1)],
  [tf.ExpandDims]: [one((x) => tf.expandDims(x, 1), 2, 3), one((x) => tf.expandDims(x, -1), 2, 3)],
  [tf.Transpose]: [one((x) => tf.transpose(x), 2, 3), one((x) => tf.transpose(x, [2, 0, 1]), 2, 3, 4)],
  [tf.Reverse]: [one((x) => tf.reverse(x, 1), 2, 3), one((x) => tf.reverse(x), 2, 3)],
  [tf.Tile]: [
    one((x) => tf.tile(x, [3, 1, 2]), 2, 3, 2),
    one((x) => tf.tile(x, [4]), 3),
    one((x) => tf.broadcastTo(x, [2, 4, 3]), 4, 1),
  ],
  [tf.Cast]: [
    one((x) => tf.cast(x, "float32"), 2, 3),
    { of: (x) => tf.mul(x, tf.cast(x, "int32")), at: [{ shape: [2, 3], kinks: [-2, -1, 0, 1, 2] }] },
    one((x) => tf.mul(x, tf.cast(x, "bool")), 2, 3),
  ],
  [tf.SpaceToBatchND]: [
    one(
      (x) =>
        tf.spaceToBatchND(
          x,
          [2, 2],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      1,
      3,
      3,
      2,
    ),
  ],
  [tf.BatchToSpaceND]: [
    one(
      (x) =>
        tf.batchToSpaceND(
          x,
          [2, 2],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      4,
      2,
      2,
      1,
    ),
  ],
  [tf.DepthToSpace]: [one((x) => tf.depthToSpace(x as tf.Tensor4D, 2, "NHWC"), 2, 2, 1, 8)],
  [tf.Diag]: [one((x) => tf.diag(x), 3)],

  [tf.Concat]: [
    {
      of: (a, b, c) => tf.concat([a, b, c], 1),
      at: [
        [2, 1],
        [2, 3],
        [2, 2],
      ],
    },
    {
      of: (a, b) => tf.concat([a, b], -1),
      at: [
        [2, 1, 2],
        [2, 1, 3],
      ],
    },
  ],
  [tf.SplitV]: [
    one((x) => tf.concat(tf.split(x, [1, 3, 2], 1).toReversed(), 1), 2, 6),
    one((x) => tf.split(x, 3, 1)[1]!, 2, 6),
  ],
  [tf.Pack]: [
    { of: (a, b) => tf.stack([a, b], 1), at: [[2, 3], [2, 3]] }, // prettier-ignore
    { of: (a, b) => tf.stack([a, b], -1), at: [[2, 3], [2, 3]] }, // prettier-ignore
  ],
  [tf.Unpack]: [
    one((x) => tf.concat(tf.unstack(x, 1).toReversed()), 2, 3),
    one((x) => tf.unstack(x, -1)[1]!, 2, 3),
    one((x) => tf.unstack(x, 0)[0]!, 1, 3),
  ],

  [tf.Slice]: [one((x) => tf.slice(x, [1, 0, 1], [1, 2, -1]), 3, 3, 4), one((x) => tf.slice(x, 1), 3, 3)],
  [tf.StridedSlice]: [
    one((x) => tf.stridedSlice(x, [1, 0], [5, 6], [2, 3]), 6, 6),
    one((x) => tf.stridedSlice(x, [5, -1], [0, -7], [-2, -1]), 6, 6),
    one((x) => tf.stridedSlice(x, [1, 2], [0, 5], [1, 2], 0, 1, 0, 0, 0), 3, 6),
    one((x) => tf.stridedSlice(x, [1, 0, 0], [2, 0, 3], [1, 1, 1], 0, 0, 0, 2, 1), 3, 4),
    one((x) => tf.stridedSlice(x, [0, 1], [0, 4], [1, 2], 0, 0, 1), 2, 3, 4),
  ],
  [tf.PadV2]: [
    {
      of: (x) =>
        tf.pad(
          x,
          [
            [1, 2],
            [0, 1],
          ],
          0.5,
        ),
      at: [[2, 3]],
    },
  ],
  [tf.MirrorPad]: (["reflect", "symmetric"] as const).flatMap((mode) => [
    { of: (x: tf.Tensor) => tf.mirrorPad(x, [[1, 2], [0, 3]], mode), at: [[3, 4]] }, // prettier-ignore
    { of: (x: tf.Tensor) => tf.mirrorPad(x, [[2, 0]], mode), at: [[3]] }, // prettier-ignore
  ]),

  [tf.GatherV2]: [
    one((x) => tf.gather(x, indices([2, 0, 2, 1])), 3, 2),
    one((x) => tf.gather(x, indices([1, 1, 0, 2], [2, 2]), 1), 2, 3, 2),
    one((x) => tf.gather(x, indices([2, 0, 0, 1], [2, 2]), 1, 1), 2, 3, 2),
    one((x) => tf.gather(x, indices([1, 0, 0, 1], [2, 2]), 2, 1), 2, 3, 2, 2),
    { of: (x) => tf.mul(tf.gather([1, 2, 3], tf.cast(x, "int32")), x), at: [{ shape: [3], low: 0.2, high: 2.8, kinks: [0, 1, 2, 3] }] }, // prettier-ignore
  ],
  [tf.GatherNd]: [one((x) => tf.gatherND(x, indices([0, 1, 2, 0, 0, 1], [3, 2])), 3, 2, 2)],
  [tf.ScatterNd]: [one((x) => tf.scatterND(indices([2, 0, 2], [3, 1]), x, [4, 2]), 3, 2)],
  [tf.UnsortedSegmentSum]: [one((x) => tf.unsortedSegmentSum(x, indices([1, 0, 1, -1]) as tf.Tensor1D, 3), 4, 2)],
};
