import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";
import { reduceTo, rule } from "./rule.ts";

/** Where an output coordinate falls in the input when pixels are areas and not points. */
const halfPixel = (out: number, inSize: number, outSize: number) => ((out + 0.5) * inSize) / outSize - 0.5;

/** Weight of input `i` in the output at coordinate `at`, with coordinates beyond the border moved onto it. */
const linearWeight = (at: number, i: number, size: number) =>
  Math.max(0, 1 - Math.abs(Math.min(Math.max(at, 0), size - 1) - i));
const nearestWeight = (at: number, i: number, size: number) =>
  Math.min(Math.max(Math.floor(at + 0.5), 0), size - 1) === i ? 1 : 0;

/** Resizing along one axis as a matrix `[outSize, inSize]`. */
function resizeMatrix(outSize: number, inSize: number, weight: typeof linearWeight): tf.Tensor2D {
  const matrix = new Float32Array(outSize * inSize);
  for (let out = 0; out < outSize; out++) {
    for (let i = 0; i < inSize; i++) matrix[out * inSize + i] = weight(halfPixel(out, inSize, outSize), i, inSize);
  }
  return tf.tensor2d(matrix, [outSize, inSize]);
}

/**
 * Resizing has a gradient kernel that takes the forward kernel's attributes. Those of tfjs's backends (4.22.0) disregard
 * `halfPixelCenters`, so that case is computed as `Rᵀ dy` along each axis. On the cpu backend the bilinear one gives the
 * right values under a shape with height and width exchanged.
 */
const resize = (kernelName: string, gradientKernel: string, weight: typeof linearWeight) =>
  rule<[tf.Tensor], tf.ResizeBilinearAttrs>(kernelName, { inputs: ["images"] }, (dy, [images], attrs) => ({
    images: () => {
      if (!attrs.halfPixelCenters) return tf.reshape(invoke(gradientKernel, { images, dy }, attrs), images.shape);
      const [n, h, w, c] = images.shape as [number, number, number, number];
      const [outH, outW] = attrs.size;
      const columns = tf.matMul(resizeMatrix(outH, h, weight), tf.reshape(dy, [n, outH, outW * c]), true);
      const rows = tf.matMul(resizeMatrix(outW, w, weight), tf.reshape(columns, [n * h, outW, c]), true);
      return tf.reshape(rows, images.shape);
    },
  }));

/** `y = scale (x - mean) r + offset` with `r = 1 / √(variance + ε)`; the moments are inputs like the others. */
const batchNormRule = rule<[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor], tf.FusedBatchNormAttrs>(
  tf.FusedBatchNorm,
  { inputs: ["x", "mean", "variance", "scale"] },
  (dy, [x, mean, variance, scale], { varianceEpsilon }) => {
    const r = () => tf.rsqrt(tf.add(variance, varianceEpsilon));
    const scaled = () => tf.mul(dy, tf.mul(scale, r()));
    return {
      x: () => scaled(),
      mean: () => tf.neg(reduceTo(scaled(), mean.shape)),
      variance: () => tf.mul(reduceTo(tf.mul(scaled(), tf.sub(x, mean)), variance.shape), tf.mul(tf.square(r()), -0.5)),
      scale: () => reduceTo(tf.mul(dy, tf.mul(tf.sub(x, mean), r())), scale.shape),
      offset: () => reduceTo(dy, mean.shape),
    };
  },
);

const localResponseRule = rule<[tf.Tensor, tf.Tensor]>(
  tf.LRN,
  { inputs: ["x"], outputs: [true] },
  (dy, [x, y], attrs) => ({ x: () => invoke(tf.LRNGrad, { x, y, dy }, attrs) }),
);

/** Rules of resizing and of normalization over images, channels last. */
export const imageRules: readonly tf.GradConfig[] = [
  resize(tf.ResizeBilinear, tf.ResizeBilinearGrad, linearWeight),
  resize(tf.ResizeNearestNeighbor, tf.ResizeNearestNeighborGrad, nearestWeight),
  batchNormRule,
  localResponseRule,
];
