import { imageTensor, type PackedImages } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { TrainingOptionError } from "./errors.ts";

/** Numbers of one kind, packed. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A batch of images with one label each. */
export interface ImageBatch {
  readonly images: PackedImages & {
    /** Order of the axes of `shape`; `NCHW`. */
    readonly layout?: "NCHW" | "NHWC" | undefined;
    /** Left for the device: `(value − mean[c]) / std[c]` after the division by `divisor`. */
    readonly normalization?: { readonly mean: readonly number[]; readonly std: readonly number[] } | undefined;
  };
  /** Class numbers (`Int32Array`) or targets (`Float32Array`), `[n]`. */
  readonly labels: Numbers;
  /** Place of each sample in its dataset. */
  readonly indices?: ArrayLike<number> | undefined;
}

/** A batch of any arrays: inputs first, then labels or targets; axis 0 of both is the batch. */
export interface ArrayBatch {
  readonly arrays: readonly { readonly data: Numbers; readonly shape: readonly number[] }[];
  readonly indices?: ArrayLike<number> | undefined;
}

/** What loaders give. */
export type Batch = ImageBatch | ArrayBatch;

/** A batch of samples that are on the device already: only their places travel. */
export interface IndexBatch {
  /** Places in `Loader.samples`, `[n]`. */
  readonly indices: Int32Array;
}

/** A batch on the device. */
export interface BatchTensors {
  /** `[n, c, h, w]` for images, else as the batch says; float32. */
  readonly inputs: tf.Tensor;
  /** int32 for whole numbers, else float32. */
  readonly labels: tf.Tensor;
}

/** Number of samples of a batch. */
export function sampleCount(batch: Batch | IndexBatch): number {
  if (!("images" in batch) && !("arrays" in batch)) return batch.indices.length;
  const shape: readonly number[] = "images" in batch ? batch.images.shape : (batch.arrays[0]?.shape ?? []);
  return shape[0] ?? 0;
}

/**
 * Sends a batch to the device.
 * @throws {TrainingOptionError} when inputs and labels differ in number.
 */
export function batchTensors(batch: Batch): BatchTensors {
  return "images" in batch ? imageBatchTensors(batch) : arrayBatchTensors(batch);
}

function imageBatchTensors({ images, labels }: ImageBatch): BatchTensors {
  const n = images.shape[0];
  if (labels.length !== n) throw new TrainingOptionError("batch", `${n} labels, one per image`, `${labels.length}`);
  return tf.tidy(() => ({ inputs: inputsOf(imageTensor(images), images), labels: labelTensor(labels, [n]) }));
}

/**
 * What a net gets of scaled images.
 * @param images `[n, c, h, w]` or `[n, h, w, c]`, as the encoding says.
 * @returns `[n, c, h, w]`, normalized where the encoding says so. The caller's scope owns what is made on the way.
 */
export function inputsOf(
  images: tf.Tensor4D,
  { layout, normalization }: Omit<ImageBatch["images"], "data">,
): tf.Tensor4D {
  const channelsFirst = layout === "NHWC" ? tf.transpose(images, [0, 3, 1, 2]) : images;
  if (normalization === undefined) return channelsFirst;
  const { mean, std } = normalization;
  return tf.div(tf.sub(channelsFirst, perChannel(mean)), perChannel(std));
}

function arrayBatchTensors({ arrays }: ArrayBatch): BatchTensors {
  const [inputs, labels] = arrays;
  if (inputs === undefined || labels === undefined || arrays.length > 2) {
    throw new TrainingOptionError("batch", "two arrays, inputs and labels", `${arrays.length}`);
  }
  if (inputs.shape[0] !== labels.shape[0]) {
    const shapes = `[${inputs.shape.join(", ")}] and [${labels.shape.join(", ")}]`;
    throw new TrainingOptionError("batch", "as many labels as inputs on axis 0", shapes);
  }
  return {
    inputs: tf.tensor(Float32Array.from(inputs.data), [...inputs.shape], "float32"),
    labels: labelTensor(labels.data, labels.shape),
  };
}

/** int32 for whole numbers, else float32; a copy. */
export function labelTensor(data: Numbers, shape: readonly number[]): tf.Tensor {
  const isReal = data instanceof Float32Array || data instanceof Float64Array;
  return isReal
    ? tf.tensor(Float32Array.from(data), [...shape], "float32")
    : tf.tensor(Int32Array.from(data), [...shape], "int32");
}

function perChannel(values: readonly number[]): tf.Tensor4D {
  return tf.tensor4d([...values], [1, values.length, 1, 1], "float32");
}
