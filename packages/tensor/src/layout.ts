import * as tf from "@tensorflow/tfjs-core";
import type { Layout } from "./backend.ts";

/**
 * Moves the channel axis of a batch from one layout to the other; the same tensor when nothing changes.
 * @param x `[n, c, ...spatial]` for `NCHW`, `[n, ...spatial, c]` for `NHWC`, one to three spatial axes.
 */
export function convertLayout<T extends tf.Tensor>(x: T, from: Layout, to: Layout): T {
  if (from === to) return x;
  const spatial = Array.from({ length: x.rank - 2 }, (_, i) => i);
  const order = to === "NHWC" ? [0, ...spatial.map((i) => i + 2), 1] : [0, x.rank - 1, ...spatial.map((i) => i + 1)];
  return tf.transpose(x, order);
}

/** Axis of the channels in a batch of the given rank. */
export function channelAxis(rank: number, layout: Layout): number {
  return layout === "NCHW" ? 1 : rank - 1;
}

/** The spatial extents of a batch's shape. */
export function spatialShape(shape: readonly number[], layout: Layout): number[] {
  return layout === "NCHW" ? shape.slice(2) : shape.slice(1, -1);
}

/** The shape of a batch from its parts. */
export function batchShape(n: number, channels: number, spatial: readonly number[], layout: Layout): number[] {
  return layout === "NCHW" ? [n, channels, ...spatial] : [n, ...spatial, channels];
}
