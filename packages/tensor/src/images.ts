import { ShapeError, shapeText, sizeOf } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";

/** A packed batch of images as a loader gives it; bytes travel, floats are made where they are used. */
export interface PackedImages {
  readonly data: Uint8Array | Float32Array;
  /** `[n, c, h, w]` or `[n, h, w, c]`: the order is the caller's and is kept. */
  readonly shape: readonly [number, number, number, number];
  /** Value that becomes 1: 255 for bytes scaled to [0, 1], 1 for values as they are. */
  readonly divisor?: number | undefined;
}

/**
 * A float32 tensor of a batch of images: `data / divisor`, rounded once to float32 as MXNet's `ToTensor` does.
 * @returns the shape of `images`.
 * @throws {ShapeError} when data and shape disagree.
 */
export function imageTensor({ data, shape, divisor = 1 }: PackedImages): tf.Tensor4D {
  const size = sizeOf(shape);
  if (data.length !== size)
    throw new ShapeError("imageTensor", `${size} values for ${shapeText(shape)}`, `${data.length}`);
  return tf.tensor4d(data instanceof Uint8Array ? scaleBytes(data, divisor) : scaleFloats(data, divisor), [...shape]);
}

/** There are 256 bytes and many pixels: one division per byte value. */
function scaleBytes(data: Uint8Array, divisor: number): Float32Array {
  const table = Float32Array.from({ length: 256 }, (_, byte) => byte / divisor);
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) values[i] = table[data[i]!]!;
  return values;
}

function scaleFloats(data: Float32Array, divisor: number): Float32Array {
  return divisor === 1 ? data : data.map((value) => value / divisor);
}
