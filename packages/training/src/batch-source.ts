import { GATHER_IMAGES, ResidentImages } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import {
  batchTensors,
  inputsOf,
  labelTensor,
  sampleCount,
  type Batch,
  type BatchTensors,
  type ImageBatch,
  type IndexBatch,
} from "./batch.ts";
import type { Loader } from "./contracts.ts";
import { Lookahead } from "./lookahead.ts";

/** A loader's batches on their way to the net. */
export interface BatchSource {
  /** Why samples travel with every batch; `undefined` where they are on the device. */
  readonly refusal: string | undefined;
  /** The batches from the loader's position on. */
  batches(): Lookahead<Batch | IndexBatch>;
  /** Sends to the device what must travel. The caller's scope owns it. */
  send(batch: Batch | IndexBatch): tf.Tensor[];
  /** The samples, from what was sent. The caller's scope owns them. */
  tensors(sent: readonly tf.Tensor[]): BatchTensors;
  /** Frees what is kept on the device. */
  dispose(): void;
}

/** Batches that travel whole. */
export function travellingBatches(loader: Loader<Batch>, refusal: string): BatchSource {
  return {
    refusal,
    batches: () => new Lookahead(loader, loader),
    send(batch) {
      const { inputs, labels } = batchTensors(batch as Batch);
      return [inputs, labels];
    },
    tensors: ([inputs, labels]) => ({ inputs: inputs!, labels: labels! }),
    dispose: () => undefined,
  };
}

/**
 * The batches of a loader, of which only the places travel where that can be: the samples are bytes that are rows of one
 * array, the active backend gathers bytes, and they fit.
 * @param limitBytes most that the images may take.
 */
export function batchSource(loader: Loader<Batch>, limitBytes: number): BatchSource {
  if (tf.getKernel(GATHER_IMAGES, tf.getBackend()) === undefined) {
    return travellingBatches(loader, "the backend does not gather images");
  }
  const { samples } = loader;
  if (samples === undefined || loader.indexBatches === undefined) {
    return travellingBatches(loader, "the loader's batches are no rows of one array");
  }
  if (!("images" in samples) || !(samples.images.data instanceof Uint8Array)) {
    return travellingBatches(loader, "the samples are no bytes");
  }
  const sizeBytes = samples.images.data.length;
  if (sizeBytes > limitBytes)
    return travellingBatches(loader, `${sizeBytes} bytes are above the limit of ${limitBytes}`);
  try {
    return new ResidentBatches(loader, samples);
  } catch (error) {
    return travellingBatches(loader, `the device would not take them: ${String(error)}`);
  }
}

/** Batches of samples that are on the device. */
class ResidentBatches implements BatchSource {
  readonly refusal = undefined;
  readonly #loader: Loader<Batch>;
  readonly #encoding: Omit<ImageBatch["images"], "data">;
  readonly #images: ResidentImages;
  readonly #labels: tf.Tensor;

  constructor(loader: Loader<Batch>, samples: ImageBatch) {
    const { data, ...encoding } = samples.images;
    this.#loader = loader;
    this.#encoding = encoding;
    this.#images = new ResidentImages({ ...encoding, data: data as Uint8Array });
    this.#labels = tf.tidy(() => tf.keep(labelTensor(samples.labels, [sampleCount(samples)])));
    try {
      // Now, and not at the first batch, it shows whether there is room.
      tf.tidy(() => void this.tensors(this.send({ indices: new Int32Array(1) })));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  batches(): Lookahead<Batch | IndexBatch> {
    return new Lookahead(this.#loader, this.#loader.indexBatches!());
  }

  send(batch: Batch | IndexBatch): tf.Tensor[] {
    return [tf.tensor1d(Int32Array.from(batch.indices!), "int32")];
  }

  tensors([indices]: readonly tf.Tensor[]): BatchTensors {
    const images = this.#images.batch(indices as tf.Tensor1D);
    return { inputs: inputsOf(images, this.#encoding), labels: tf.gather(this.#labels, indices as tf.Tensor1D) };
  }

  dispose(): void {
    this.#images.dispose();
    this.#labels.dispose();
  }
}
