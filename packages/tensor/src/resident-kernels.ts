/**
 * Kernels on data that stay on the device. They are optional: there is no composed form, `ResidentImages` has its own.
 */
import type { Tensor } from "@tensorflow/tfjs-core";

/**
 * Images of a set by their numbers, `[n, ...image]`, as `byte / divisor` rounded once to float32. A number outside the set
 * gives an image of zeros.
 */
export const GATHER_IMAGES = "CamadaGatherImages";
/** What {@link GATHER_IMAGES} takes. */
export interface GatherImagesInputs {
  /** Bytes, as a tensor of type bool: the only type of tfjs that has one byte an element. `[count, ...image]` */
  readonly images: Tensor;
  /** int32 `[n]` */
  readonly indices: Tensor;
}
/** How {@link GATHER_IMAGES} scales. */
export interface GatherImagesAttrs {
  /** The byte that becomes 1, e.g. 255. */
  readonly divisor: number;
}
