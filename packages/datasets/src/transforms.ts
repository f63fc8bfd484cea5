import { DataOptionError } from "./errors.ts";

/**
 * A transform of one picture. Transforms are plain data: they can be stored as JSON and sent to a worker thread.
 *
 * @see Gluon 1.9, mxnet.gluon.data.vision.transforms.
 */
export type Transform =
  | Compose
  | ToTensor
  | Resize
  | Normalize
  | Cast
  | CenterCrop
  | RandomCrop
  | RandomResizedCrop
  | RandomFlipLeftRight
  | RandomFlipTopBottom;

/** A side of a square, or [width, height]; in pixels. */
export type Size = number | readonly [width: number, height: number];

/** Runs transforms one after the other. */
export class Compose {
  readonly kind = "Compose";
  readonly transforms: readonly Transform[];

  /** @param transforms in the order in which they run; the list is copied. */
  constructor(transforms: readonly Transform[]) {
    this.transforms = [...transforms];
  }
}

/**
 * HWC to CHW, and values divided by 255.
 *
 * Only the order of the bytes changes here: the division is recorded as `divisor: 255` and done in float32 on the
 * device, after the upload. Float data are divided too, as in Gluon.
 */
export class ToTensor {
  readonly kind = "ToTensor";
}

/** Bilinear resize of a uint8 picture in HWC, equal to OpenCV's in every pixel. */
export class Resize {
  readonly kind = "Resize";
  readonly size: Size;
  readonly keepRatio: boolean;

  /**
   * @param size side of a square, or [width, height]; pixels.
   * @param options.keepRatio with a single number: the short edge becomes `size`, the long one its truncated share;
   *   default false.
   * @throws DataOptionError when a side is not a positive integer.
   */
  constructor(size: Size, options: { keepRatio?: boolean | undefined } = {}) {
    this.size = checkedSize("Resize", size);
    this.keepRatio = options.keepRatio ?? false;
  }
}

/**
 * (value − mean[c]) / std[c], per channel, on CHW, in float32.
 *
 * By default the values are computed on the host, exactly as Gluon does, and the batch is float32. With `deferred`
 * uint8 travels on, `mean` and `std` go along as `normalization`, and whoever uploads computes the same on the device.
 */
export class Normalize {
  readonly kind = "Normalize";
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly deferred: boolean;

  /**
   * @param mean one number, or one per channel.
   * @param std one number, or one per channel; not zero.
   * @param options.deferred leave the arithmetic to the device, default false.
   * @throws DataOptionError when a number is not finite or a standard deviation is zero.
   */
  constructor(
    mean: number | readonly number[],
    std: number | readonly number[],
    options: { deferred?: boolean | undefined } = {},
  ) {
    this.mean = typeof mean === "number" ? [mean] : [...mean];
    this.std = typeof std === "number" ? [std] : [...std];
    this.deferred = options.deferred ?? false;
    if (this.mean.length === 0 || !this.mean.every(Number.isFinite)) {
      throw new DataOptionError("Normalize", "a finite mean per channel", `[${this.mean.join(", ")}]`);
    }
    if (this.std.length === 0 || !this.std.every((s) => Number.isFinite(s) && s !== 0)) {
      throw new DataOptionError("Normalize", "a finite std other than 0 per channel", `[${this.std.join(", ")}]`);
    }
  }
}

/** Values stored as another type: `float32` computes what was deferred, `uint8` truncates towards zero and clips. */
export class Cast {
  readonly kind = "Cast";
  readonly dtype: "float32" | "uint8";

  /** @param dtype default `float32`. */
  constructor(dtype: "float32" | "uint8" = "float32") {
    this.dtype = dtype;
  }
}

/** The middle of a picture in HWC; a picture smaller than the crop gives its largest part of that ratio, resized. */
export class CenterCrop {
  readonly kind = "CenterCrop";
  readonly size: Size;

  /** @param size side of a square, or [width, height]; pixels. */
  constructor(size: Size) {
    this.size = checkedSize("CenterCrop", size);
  }
}

/** A random part of a picture in HWC, after zeros have been added around it. */
export class RandomCrop {
  readonly kind = "RandomCrop";
  readonly size: Size;
  readonly pad: number;

  /**
   * @param size side of a square, or [width, height]; pixels.
   * @param options.pad pixels of zeros added on each side first, default 0.
   */
  constructor(size: Size, options: { pad?: number | undefined } = {}) {
    this.size = checkedSize("RandomCrop", size);
    this.pad = options.pad ?? 0;
    if (!Number.isInteger(this.pad) || this.pad < 0) {
      throw new DataOptionError("RandomCrop", "pad to be an integer of at least 0", `${this.pad}`);
    }
  }
}

/** A random part of random area and ratio of a uint8 picture in HWC, resized. */
export class RandomResizedCrop {
  readonly kind = "RandomResizedCrop";
  readonly size: Size;
  readonly scale: readonly [number, number];
  readonly ratio: readonly [number, number];

  /**
   * @param size side of a square, or [width, height]; pixels.
   * @param options.scale smallest and largest share of the picture's area, default [0.08, 1].
   * @param options.ratio smallest and largest width / height, drawn on a log scale, default [3/4, 4/3].
   */
  constructor(
    size: Size,
    options: { scale?: readonly [number, number] | undefined; ratio?: readonly [number, number] | undefined } = {},
  ) {
    this.size = checkedSize("RandomResizedCrop", size);
    this.scale = checkedRange("RandomResizedCrop", "scale", options.scale ?? [0.08, 1]);
    this.ratio = checkedRange("RandomResizedCrop", "ratio", options.ratio ?? [3 / 4, 4 / 3]);
  }
}

/** Left and right exchanged with probability p, on HWC. */
export class RandomFlipLeftRight {
  readonly kind = "RandomFlipLeftRight";
  readonly p: number;

  /** @param options.p probability, default 0.5. */
  constructor(options: { p?: number | undefined } = {}) {
    this.p = checkedProbability("RandomFlipLeftRight", options.p ?? 0.5);
  }
}

/** Top and bottom exchanged with probability p, on HWC. */
export class RandomFlipTopBottom {
  readonly kind = "RandomFlipTopBottom";
  readonly p: number;

  /** @param options.p probability, default 0.5. */
  constructor(options: { p?: number | undefined } = {}) {
    this.p = checkedProbability("RandomFlipTopBottom", options.p ?? 0.5);
  }
}

/** The steps of a list of transforms, with every Compose opened. */
export function flattenTransforms(transforms: readonly Transform[]): readonly Exclude<Transform, Compose>[] {
  return transforms.flatMap((t) => (t.kind === "Compose" ? flattenTransforms(t.transforms) : [t]));
}

/** Whether a transform draws random numbers. */
export function isRandom(transform: Transform): boolean {
  return transform.kind === "Compose" ? transform.transforms.some(isRandom) : transform.kind.startsWith("Random");
}

/** Width and height of a size. */
export function widthAndHeight(size: Size): readonly [width: number, height: number] {
  return typeof size === "number" ? [size, size] : size;
}

function checkedSize(op: string, size: Size): Size {
  const sides = typeof size === "number" ? [size] : size;
  if ((sides.length !== 1 && sides.length !== 2) || !sides.every((s) => Number.isInteger(s) && s > 0)) {
    throw new DataOptionError(op, "a positive integer or [width, height]", JSON.stringify(size));
  }
  return size;
}

function checkedRange(op: string, name: string, range: readonly [number, number]): readonly [number, number] {
  const [low, high] = range;
  if (!(low > 0 && high >= low && Number.isFinite(high))) {
    throw new DataOptionError(op, `${name} to be [low, high] with 0 < low <= high`, `[${range.join(", ")}]`);
  }
  return range;
}

function checkedProbability(op: string, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new DataOptionError(op, "p in [0, 1]", `${p}`);
  return p;
}
