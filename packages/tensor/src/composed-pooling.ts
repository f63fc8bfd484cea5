/** Pooling from tfjs's standard kernels, channels last, on an input padded so that every window is whole. */
import { sizeOf } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import type { Layout } from "./backend.ts";
import { maxPool3dGradient } from "./gradients/max-pool-3d.ts";
import { invoke } from "./invoke.ts";
import { lowestFloat32, type PoolAttrs } from "./kernels.ts";
import { batchShape, convertLayout, spatialShape } from "./layout.ts";

interface PaddedPool {
  readonly kernel: number[];
  readonly strides: number[];
  /** Zeros or lowest values before and after each spatial axis, beyond `padEnd` where ceil mode reaches further. */
  readonly pairs: [number, number][];
}

function padded(attrs: PoolAttrs, spatial: readonly number[]): PaddedPool {
  const pairs = spatial.map((size, i): [number, number] => {
    const reach = (attrs.outputSize[i]! - 1) * attrs.strides[i]! + attrs.kernel[i]!;
    return [attrs.padBegin[i]!, Math.max(0, reach - size - attrs.padBegin[i]!)];
  });
  const oneAxis = spatial.length === 1;
  return {
    kernel: oneAxis ? [1, ...attrs.kernel] : [...attrs.kernel],
    strides: oneAxis ? [1, ...attrs.strides] : [...attrs.strides],
    pairs: oneAxis ? [[0, 0], ...pairs] : pairs,
  };
}

/** The batch with all windows inside it, `[n, ...spatial, c]`, at least two spatial axes. */
function padInput(x: tf.Tensor, attrs: PoolAttrs, pool: PaddedPool, layout: Layout): tf.Tensor {
  const last = convertLayout(x, layout, "NHWC");
  const wide = last.rank === 3 ? tf.expandDims(last, 1) : last;
  const fill = attrs.kind === "max" ? lowestFloat32 : 0;
  return tf.pad(wide, [[0, 0], ...pool.pairs, [0, 0]], fill);
}

/** How many elements each average divides by, `[1, ...output, 1]`. */
function divisors(attrs: PoolAttrs, spatial: readonly number[]): tf.Tensor {
  const perAxis = spatial.map((size, i) =>
    Array.from({ length: attrs.outputSize[i]! }, (_, o) => {
      const low = attrs.countIncludePad ? -attrs.padBegin[i]! : 0;
      const high = attrs.countIncludePad ? size + attrs.padEnd[i]! : size;
      const start = o * attrs.strides[i]! - attrs.padBegin[i]!;
      return Math.max(0, Math.min(start + attrs.kernel[i]!, high) - Math.max(start, low));
    }),
  );
  let counts = [1];
  for (const axis of perAxis) counts = counts.flatMap((outer) => axis.map((inner) => outer * inner));
  const output = spatial.length === 1 ? [1, ...attrs.outputSize] : attrs.outputSize;
  return tf.tensor(
    Float32Array.from(counts, (count) => Math.max(count, 1)),
    [1, ...output, 1],
  );
}

const poolAttrs = (pool: PaddedPool) => ({ filterSize: pool.kernel, strides: pool.strides, pad: "valid" });

/** Forward pass of `POOL`; shapes as in `kernels.ts`. */
export function composedPool(x: tf.Tensor, attrs: PoolAttrs, layout: Layout): tf.Tensor {
  const spatial = spatialShape(x.shape, layout);
  const pool = padded(attrs, spatial);
  const volumetric = spatial.length === 3;
  const input = padInput(x, attrs, pool, layout);
  const name = `${attrs.kind === "max" ? "MaxPool" : "AvgPool"}${volumetric ? "3D" : ""}`;
  const rounding = volumetric ? { dataFormat: "NDHWC" } : { dimRoundingMode: undefined };
  const pooled = invoke(name, { x: input }, { ...poolAttrs(pool), ...rounding });
  const volume = sizeOf(attrs.kernel);
  const y = attrs.kind === "max" ? pooled : tf.mul(pooled, tf.div(volume, divisors(attrs, spatial)));
  return convertLayout(spatial.length === 1 ? tf.squeeze(y, [1]) : y, "NHWC", layout);
}

/** Forward pass of `POOL_GRADIENT`; shapes as in `kernels.ts`. */
export function composedPoolGradient(dy: tf.Tensor, x: tf.Tensor, attrs: PoolAttrs, layout: Layout): tf.Tensor {
  const spatial = spatialShape(x.shape, layout);
  const pool = padded(attrs, spatial);
  const volumetric = spatial.length === 3;
  const input = padInput(x, attrs, pool, layout);
  const last = convertLayout(dy, layout, "NHWC");
  const wide = last.rank === 3 ? tf.expandDims(last, 1) : last;
  let whole: tf.Tensor;
  if (attrs.kind === "max") {
    const maxima = (): tf.Tensor => invoke("MaxPool", { x: input }, poolAttrs(pool));
    whole = volumetric
      ? maxPool3dGradient(wide, input, pool.kernel, pool.strides)
      : invoke("MaxPoolGrad", { dy: wide, input, output: maxima() }, poolAttrs(pool));
  } else {
    const volume = sizeOf(attrs.kernel);
    const share = tf.mul(wide, tf.div(volume, divisors(attrs, spatial)));
    whole = invoke(volumetric ? "AvgPool3DGrad" : "AvgPoolGrad", { dy: share, input }, poolAttrs(pool));
  }
  const begin = [0, ...pool.pairs.map(([before]) => before), 0];
  const size = [x.shape[0], ...(spatial.length === 1 ? [1, ...spatial] : spatial), -1];
  const dx = tf.slice(whole, begin, size);
  const shape = batchShape(x.shape[0], dx.shape[dx.rank - 1]!, spatial, "NHWC");
  return convertLayout(tf.reshape(dx, shape), "NHWC", layout);
}
