import { Compose, FashionMNIST, openDataset, Resize, ToTensor } from "@camada/datasets";
import { cache, debian, embedded } from "@camada/datasets/node";

/** Batches in memory, the same for every candidate. */
export interface Pictures {
  /** One line for people: dataset, where from, how many. */
  readonly about: string;
  /** `[batches * batch, 1, size, size]`, values in [0, 1]. */
  readonly images: Float32Array;
  /** Class numbers, `[batches * batch]`. */
  readonly labels: Int32Array;
  readonly batches: number;
}

/** As many pictures as are taken at most: steps then begin again with the first batch. */
const MOST_PICTURES = 5_120;

/**
 * Fashion-MNIST's first pictures, resized. Nothing is downloaded: without a cached copy or Debian's package it is the
 * tenth that the sources carry.
 * @param size height and width, in pixels
 * @param batch samples of a step
 */
export async function loadPictures(size: number, batch: number): Promise<Pictures> {
  const { train, source } = await openDataset(FashionMNIST, { sources: [cache(), debian(), embedded()] });
  const budget = Math.max(batch, Math.floor((MOST_PICTURES * 32 * 32) / (size * size)));
  const batches = Math.max(1, Math.floor(Math.min(train.length, budget) / batch));
  const count = batches * batch;
  const resized = train.take(count).transformFirst(new Compose([new Resize(size), new ToTensor()]));
  const { images, labels } = resized.batch(Int32Array.from({ length: count }, (_, i) => i));
  const values = Float32Array.from(images.data, (value) => value / images.divisor);
  const part = source.isSubset ? ", a part of the whole" : "";
  const about = `Fashion-MNIST from source ${source.name}${part}: the first ${count} pictures at ${size} × ${size}`;
  return { about, images: values, labels, batches };
}
