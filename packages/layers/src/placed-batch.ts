import { convertLayout, type Layout } from "@camada/tensor";
import type * as tf from "@tensorflow/tfjs-core";

/** A batch and where its channels stand. */
export type PlacedBatch = {
  /** `[n, c, ...spatial]` for `NCHW`, `[n, ...spatial, c]` for `NHWC`; of other ranks always as `NCHW`. */
  readonly x: tf.Tensor;
  readonly layout: Layout;
};

/** The batch in the wanted layout; the same tensor where nothing changes. */
export function inLayout({ x, layout }: PlacedBatch, wanted: Layout): tf.Tensor {
  return isSpatial(x) ? convertLayout(x, layout, wanted) : x;
}

/** The shape of a batch as if its channels came first. */
export function publicShape({ x, layout }: PlacedBatch): number[] {
  if (layout === "NCHW" || !isSpatial(x)) return [...x.shape];
  const [n, ...rest] = x.shape as [number, ...number[]];
  const channels = rest.pop()!;
  return [n, channels, ...rest];
}

function isSpatial(x: tf.Tensor): boolean {
  return x.rank >= 3 && x.rank <= 5;
}
