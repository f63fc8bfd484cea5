import { ShapeError, shapeText, sizeOf } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import type { PackedImages } from "./images.ts";
import { GATHER_IMAGES } from "./resident-kernels.ts";
import { runKernel } from "./run-kernel.ts";

/** Bytes of a set of images, as `PackedImages` has them. */
export interface ResidentImagesOptions extends PackedImages {
  readonly data: Uint8Array;
}

/**
 * A set of images that lies on the device, as bytes where the backend can gather bytes: of a batch only the numbers of its
 * images travel.
 */
export class ResidentImages {
  /** `[count, c, h, w]` or `[count, h, w, c]`, as given. */
  readonly shape: readonly [number, number, number, number];
  readonly #images: tf.Tensor;
  readonly #divisor: number;
  /** Whether {@link GATHER_IMAGES} takes them; otherwise they are int32 and composed. */
  readonly #areBytes: boolean;

  /** @throws {ShapeError} when data and shape disagree. */
  constructor({ data, shape, divisor = 1 }: ResidentImagesOptions) {
    if (data.length !== sizeOf(shape)) {
      throw new ShapeError("ResidentImages", `${sizeOf(shape)} bytes for ${shapeText(shape)}`, `${data.length}`);
    }
    this.shape = shape;
    this.#divisor = divisor;
    this.#areBytes = tf.getKernel(GATHER_IMAGES, tf.getBackend()) !== undefined;
    // Copies: tfjs would keep the caller's own bytes, which may change.
    const images = this.#areBytes
      ? tf.tensor4d(data.slice(), [...shape], "bool")
      : tf.tensor4d(Int32Array.from(data), [...shape], "int32");
    this.#images = tf.keep(images);
  }

  /**
   * Some of the images, in the order of their numbers: `byte / divisor`, rounded once to float32.
   * @param indices numbers of images, int32 `[n]`.
   * @returns `[n, ...]`, float32.
   * @throws {ShapeError} when `indices` is no int32 vector.
   */
  batch(indices: tf.Tensor1D): tf.Tensor4D {
    if (indices.rank !== 1 || indices.dtype !== "int32") {
      const got = `${indices.dtype} of shape ${shapeText(indices.shape)}`;
      throw new ShapeError("ResidentImages.batch", "int32 indices of rank 1", got);
    }
    const images = this.#images;
    if (this.#areBytes) {
      return runKernel(GATHER_IMAGES, { images, indices }, { divisor: this.#divisor }) as tf.Tensor4D;
    }
    return tf.tidy(() => tf.div<tf.Tensor4D>(tf.cast(tf.gather(images, indices), "float32"), this.#divisor));
  }

  /** Frees the images. */
  dispose(): void {
    this.#images.dispose();
  }
}
