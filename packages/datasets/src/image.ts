import { DataOptionError } from "./errors.ts";

/** What Normalize subtracts and divides by, one number per channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * How stored numbers become values.
 *
 * value = float32(data) / divisor; where `normalization` is present, (value − mean[c]) / std[c] follows. Every step
 * rounds to float32. Whoever uploads the data does this on the device, so that uint8 is all that travels.
 */
export interface Encoding {
  /** 255 after ToTensor, otherwise 1. */
  readonly divisor: number;
  /** Present only after `new Normalize(mean, std, { deferred: true })`. */
  readonly normalization?: Normalization;
}

/** One picture. */
export interface Image extends Encoding {
  readonly data: Uint8Array | Float32Array;
  /** [h, w, c] or [c, h, w], as `layout` says. */
  readonly shape: readonly [number, number, number];
  readonly layout: "HWC" | "CHW";
}

/** n pictures of one size, packed. */
export interface ImageArray extends Encoding {
  readonly data: Uint8Array | Float32Array;
  /** [n, h, w, c] or [n, c, h, w], as `layout` says. */
  readonly shape: readonly [number, number, number, number];
  readonly layout: "NHWC" | "NCHW";
}

/** Pictures packed at one size, or a list of pictures of any sizes. */
export type ImageSource = ImageArray | readonly Image[];

/** A picture and its class number. */
export interface ImageSample {
  readonly image: Image;
  readonly label: number;
}

/** A batch of pictures; its buffers are fresh, so it may be kept or transferred. */
export interface ImageBatch {
  readonly images: ImageArray;
  /** Class numbers, [n]. */
  readonly labels: Int32Array;
  /** Which samples of the dataset these are, [n]. */
  readonly indices: Int32Array;
}

/**
 * A uint8 picture in HWC with nothing deferred.
 *
 * @param data h · w · c numbers, row by row, channels last.
 * @param shape [h, w, c].
 * @throws DataOptionError when the two disagree.
 */
export function image(data: Uint8Array, shape: readonly [number, number, number]): Image {
  const [h, w, c] = shape;
  if (data.length !== h * w * c) {
    throw new DataOptionError("image", `${h * w * c} numbers for shape [${shape.join(", ")}]`, `${data.length}`);
  }
  return { data, shape, layout: "HWC", divisor: 1 };
}

/**
 * The values of a picture or of packed pictures: value = data / divisor, then (value − mean[c]) / std[c], each step
 * rounded to float32. This is the reference for what a device computes after the upload.
 *
 * @returns values in the layout of the argument.
 */
export function toFloat32(images: Image | ImageArray): Float32Array {
  const { data, divisor, normalization } = images;
  const values = new Float32Array(data.length);
  // A quotient of two float32 numbers taken in float64 and then rounded to float32 is the correctly rounded quotient.
  for (let i = 0; i < values.length; i++) values[i] = (data[i] ?? 0) / divisor;
  if (normalization === undefined) return values;
  const { channels, plane } = channelLayout(images);
  const mean = Float32Array.from(normalization.mean);
  const std = Float32Array.from(normalization.std);
  for (let i = 0; i < values.length; i++) {
    const c = Math.floor(i / plane) % channels;
    values[i] = Math.fround((values[i] ?? 0) - (mean[c] ?? 0)) / (std[c] ?? 1);
  }
  return values;
}

/** Picture `index` of a source, as a view on its memory. */
export function imageAt(source: ImageSource, index: number): Image {
  if (!("data" in source)) {
    const picture = source[index];
    if (picture === undefined) throw new DataOptionError("ImageDataset", `an index below ${source.length}`, `${index}`);
    return picture;
  }
  const [, a, b, c] = source.shape;
  const size = a * b * c;
  return {
    data: source.data.subarray(index * size, (index + 1) * size),
    shape: [a, b, c],
    layout: source.layout === "NHWC" ? "HWC" : "CHW",
    ...encodingOf(source),
  };
}

/** How many pictures a source holds. */
export function countOf(source: ImageSource): number {
  return "data" in source ? source.shape[0] : source.length;
}

/** The encoding alone, without an undefined `normalization`. */
export function encodingOf({ divisor, normalization }: Encoding): Encoding {
  return normalization === undefined ? { divisor } : { divisor, normalization };
}

/** Number of channels, and how many neighbours in memory share one channel. */
export function channelLayout(images: Image | ImageArray): { readonly channels: number; readonly plane: number } {
  const { shape, layout } = images;
  const [a, b, c] = shape.slice(-3) as [number, number, number];
  return layout === "HWC" || layout === "NHWC" ? { channels: c, plane: 1 } : { channels: a, plane: b * c };
}
