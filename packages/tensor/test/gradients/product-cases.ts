import * as tf from "@tensorflow/tfjs-core";
import type { GradientCase, GradientCases, Input } from "./case.ts";

type Pad = "valid" | "same" | number | tf.backend_util.ExplicitPadding;
type Conv2D = {
  size?: number[];
  filter?: number[];
  strides?: [number, number];
  pad?: Pad;
  dilations?: [number, number];
};

const matMul = (shapeA: number[], shapeB: number[], transposeA = false, transposeB = false): GradientCase => ({
  of: (a, b) => tf.matMul(a, b, transposeA, transposeB),
  at: [shapeA, shapeB],
});
const einsum = (equation: string, ...at: number[][]): GradientCase => ({
  of: (...inputs) => tf.einsum(equation, ...inputs),
  at,
});

const explicit: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [2, 1],
  [0, 3],
  [0, 0],
];
const grid: Conv2D[] = [
  {},
  { pad: "same" },
  { pad: "same", strides: [2, 2] },
  { pad: 1, strides: [2, 2], filter: [3, 3, 2, 3] },
  { strides: [2, 1], filter: [3, 2, 2, 3] },
  { pad: explicit, strides: [2, 3] },
  { dilations: [2, 2] },
  { pad: "same", dilations: [2, 1] },
  { pad: explicit, dilations: [1, 2], filter: [2, 2, 2, 3] },
  { pad: 3, dilations: [2, 2], filter: [2, 2, 2, 2] },
];
const conv2d = ({
  size = [1, 6, 5, 2],
  filter = [3, 3, 2, 2],
  strides = [1, 1],
  pad = "valid",
  dilations = [1, 1],
}: Conv2D): GradientCase => ({
  of: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", dilations),
  at: [size, filter],
});
const conv2dFirst = ({ dilations = [1, 1], pad = "same" }: Conv2D): GradientCase => ({
  of: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad, "NCHW", dilations),
  at: [
    [2, 2, 5, 4],
    [3, 2, 2, 3],
  ],
});
const depthwise = (strides: [number, number], pad: "valid" | "same", dilations: [number, number]): GradientCase => ({
  of: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", dilations),
  at: [
    [2, 5, 5, 2],
    [3, 2, 2, 2],
  ],
});
/** What tfjs-backend-wasm 4.22.0 gets wrong; the kernels are its own. */
const wrong3d = { "camada-wasm": "Conv3DBackpropInputV2 fills the first depth of dy alone" };
const negativeMaxima = { "camada-wasm": "MaxPoolGrad gives nothing to a window whose maximum is negative" };
const ceiling = { "camada-wasm": "pools rounded up leave their last outputs unwritten" };

const windows = (of: (x: tf.Tensor) => tf.Tensor, ...shape: number[]): GradientCase => ({
  of,
  at: [{ shape, distinct: true }],
});
const rank4 = (x: tf.Tensor) => x as tf.Tensor4D;
const rank5 = (x: tf.Tensor) => x as tf.Tensor5D;
const resized = (resize: typeof tf.image.resizeBilinear): GradientCase[] =>
  [
    [false, false],
    [true, false],
    [false, true],
  ].flatMap(([align, half]) =>
    [
      [5, 7],
      [2, 3],
    ].map(([h, w]) => ({ of: (x: tf.Tensor) => resize(rank4(x), [h!, w!], align, half), at: [[1, 3, 4, 2]] })),
  );

const MOMENTS: Input[] = [[2, 3, 2, 4], [4], { shape: [4], low: 0.6, high: 2 }, [4], [4]];

export const productCases: GradientCases = {
  [tf.BatchMatMul]: [
    matMul([2, 3], [3, 4]),
    matMul([3, 2], [3, 4], true),
    matMul([2, 3], [4, 3], false, true),
    matMul([3, 2], [4, 3], true, true),
    matMul([2, 2, 3], [2, 3, 2]),
    matMul([2, 3, 2], [2, 2, 3], true, true),
    matMul([3, 2, 3], [1, 3, 2]),
    matMul([2, 3], [2, 3, 2]),
    matMul([2, 3, 2], [4, 3], true, true),
  ],
  [tf.Einsum]: [
    einsum("ij,jk->ik", [2, 3], [3, 2]),
    einsum("bij,bkj->bik", [2, 2, 3], [2, 2, 3]),
    einsum("ij->ji", [2, 3]),
    einsum("ij->j", [2, 3]),
    einsum("ijk,i->k", [2, 3, 2], [2]),
    einsum("ij,ij->", [2, 3], [2, 3]),
    einsum("ij->", [2, 3]),
    einsum("i, j -> ij", [2], [3]),
  ],

  [tf.Conv2D]: [...grid.map(conv2d), conv2dFirst({}), conv2dFirst({ pad: 1 }), conv2dFirst({ dilations: [2, 2] })],
  [tf.Conv2DBackpropInput]: [
    {
      of: (dy, w) => tf.conv2dTranspose(rank4(dy), rank4(w), [2, 6, 5, 2], [2, 2], "same"),
      at: [
        [2, 3, 3, 3],
        [3, 2, 2, 3],
      ],
    },
    {
      of: (dy, w) => tf.conv2dTranspose(rank4(dy), rank4(w), [1, 6, 4, 1], 1, "valid"),
      at: [
        [1, 4, 3, 2],
        [3, 2, 1, 2],
      ],
    },
  ],
  [tf.Conv2DBackpropFilter]: (["same", "valid"] as const).map((pad) => ({
    of: (x: tf.Tensor, dy: tf.Tensor) =>
      tf
        .engine()
        .runKernel<tf.Tensor>(
          tf.Conv2DBackpropFilter,
          { x, dy },
          { strides: [2, 1], pad, dataFormat: "NHWC", filterShape: [3, 2, 2, 3] },
        ),
    at: [
      [2, 5, 4, 2],
      [2, pad === "same" ? 3 : 2, pad === "same" ? 4 : 3, 3],
    ],
  })),
  [tf.DepthwiseConv2dNative]: [
    depthwise([1, 1], "valid", [1, 1]),
    depthwise([2, 2], "same", [1, 1]),
    depthwise([1, 1], "same", [2, 2]),
  ],
  [tf.Conv3D]: (["same", "valid"] as const).map((pad) => ({
    of: (x: tf.Tensor, w: tf.Tensor) => tf.conv3d(rank5(x), rank5(w), [1, 2, 1], pad),
    at: [
      [1, 3, 4, 3, 2],
      [2, 2, 2, 2, 2],
    ],
  })),
  [tf.Conv3DBackpropInputV2]: [
    {
      of: (dy, w) => tf.conv3dTranspose(rank5(dy), rank5(w), [1, 3, 4, 3, 2], [1, 2, 1], "same"),
      at: [
        [1, 3, 2, 3, 2],
        [2, 2, 2, 2, 2],
      ],
      gap: wrong3d,
    },
  ],

  [tf.AvgPool]: [
    windows((x) => tf.avgPool(rank4(x), [2, 3], 1, "valid"), 2, 3, 4, 1),
    windows((x) => tf.avgPool(rank4(x), 3, 2, "same"), 1, 5, 4, 2),
    windows((x) => tf.avgPool(rank4(x), 2, 2, 1), 1, 4, 4, 1),
    { ...windows((x) => tf.avgPool(rank4(x), 3, 2, 1, "ceil"), 1, 4, 4, 1), gap: ceiling },
  ],
  [tf.MaxPool]: [
    windows((x) => tf.maxPool(rank4(x), [2, 3], 1, "valid"), 2, 3, 4, 1),
    windows((x) => tf.maxPool(rank4(x), 3, 2, "same"), 1, 5, 3, 2),
    { ...windows((x) => tf.maxPool(rank4(x), 2, 2, 1), 1, 4, 4, 1), gap: negativeMaxima },
    { ...windows((x) => tf.maxPool(rank4(x), 3, 2, 1, "ceil"), 1, 4, 4, 1), gap: ceiling },
  ],
  [tf.AvgPool3D]: [
    windows((x) => tf.avgPool3d(rank5(x), 2, 1, "same"), 1, 3, 2, 3, 1),
    windows((x) => tf.avgPool3d(rank5(x), 2, [1, 2, 2], "valid"), 2, 2, 3, 2, 1),
  ],
  [tf.MaxPool3D]: [
    windows((x) => tf.maxPool3d(rank5(x), 2, 1, "same"), 1, 3, 2, 3, 1),
    windows((x) => tf.maxPool3d(rank5(x), [1, 3, 2], [1, 1, 2], "valid"), 1, 2, 4, 4, 1),
  ],
  [tf.Dilation2D]: [
    {
      of: (x, w) => tf.dilation2d(rank4(x), w as tf.Tensor3D, 1, "valid"),
      at: [
        { shape: [1, 4, 4, 1], distinct: true },
        { shape: [2, 2, 1], low: 0.03, high: 0.04, kinks: [] },
      ],
      options: { step: 2 ** -7, absolute: 1e-4 },
    },
  ],

  [tf.ResizeBilinear]: resized(tf.image.resizeBilinear),
  [tf.ResizeNearestNeighbor]: resized(tf.image.resizeNearestNeighbor),
  [tf.FusedBatchNorm]: [
    {
      of: (x, mean, variance, offset, scale) => tf.batchNorm(x, mean, variance, offset, scale, 0.01),
      at: MOMENTS,
    },
  ],
  [tf.LRN]: [{ of: (x) => tf.localResponseNormalization(rank4(x), 1, 1, 0.5, 0.75), at: [[1, 2, 2, 4]] }],
};
