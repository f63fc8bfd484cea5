import type { Draw } from "./dataset.ts";
import { checkedIndex, Dataset } from "./dataset.ts";
import { DataOptionError } from "./errors.ts";
import type { ImageBatch, ImageSample, ImageSource } from "./image.ts";
import { countOf } from "./image.ts";
import type { Random } from "./random.ts";
import { seededRandom } from "./random.ts";
import type { ImageJob } from "./render-images.ts";
import { renderImage, renderImages } from "./render-images.ts";
import type { Transform } from "./transforms.ts";
import { flattenTransforms, isRandom } from "./transforms.ts";

/** Options of an ImageDataset. */
export interface ImageDatasetOptions {
  /** Names by class number; with names, labels must be below their number. Default none. */
  readonly classNames?: readonly string[] | undefined;
  /** What is done to each picture when it is asked for. Default nothing. */
  readonly transforms?: readonly Transform[] | undefined;
  /** Which pictures of the source are samples, in order. Default all. */
  readonly rows?: Int32Array | undefined;
}

/**
 * Pictures and class numbers in memory: a source that is never copied, the rows that count, and the transforms.
 *
 * Taking, sharding and filtering change the rows; transforming appends to the transforms. So every view of a dataset
 * is cheap, and a worker thread can be told all of it.
 */
export class ImageDataset extends Dataset<ImageSample, ImageBatch> implements ImageJob {
  override readonly length: number;
  /** All pictures of the source. */
  readonly images: ImageSource;
  /** What is done to each picture. */
  readonly transforms: readonly Transform[];
  /** Sample i is picture `rows[i]` of the source, [length]. */
  readonly rows: Int32Array;
  /** Class number of each sample, [length]. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  readonly #sourceLabels: Int32Array;

  /**
   * @param images packed pictures, or a list of pictures; not copied.
   * @param labels a class number for each picture of the source.
   * @throws DataOptionError when there are not as many labels as pictures, or a label has no class name.
   */
  constructor(images: ImageSource, labels: ArrayLike<number>, options: ImageDatasetOptions = {}) {
    super();
    const count = countOf(images);
    checkPacked(images);
    if (labels.length !== count) {
      throw new DataOptionError("ImageDataset", `a label for each of ${count} pictures`, `${labels.length} labels`);
    }
    this.images = images;
    this.classNames = options.classNames ?? [];
    this.transforms = options.transforms ?? [];
    this.rows = options.rows ?? Int32Array.from({ length: count }, (_, i) => i);
    this.length = this.rows.length;
    this.#sourceLabels = labels instanceof Int32Array ? labels : Int32Array.from(labels);
    this.labels = this.rows.map((row) => this.#sourceLabels[checkedIndex(row, count)] ?? 0);
    const classes = this.classNames.length;
    const unnamed = classes === 0 ? -1 : this.labels.findIndex((label) => label < 0 || label >= classes);
    if (unnamed >= 0) {
      throw new DataOptionError("ImageDataset", `labels from 0 to ${classes - 1}`, `${this.labels[unnamed]}`);
    }
  }

  override get(index: number, random: Random = seededRandom(0, 0, index)): ImageSample {
    const row = this.rows[checkedIndex(index, this.length)] ?? 0;
    return { image: renderImage(this, row, random), label: this.labels[index] ?? 0 };
  }

  override batch(indices: Int32Array, draw: Draw = { seed: 0, epoch: 0 }): ImageBatch {
    return { images: renderImages(this, { ...draw, indices, ...this.select(indices) }), ...this.labelled(indices) };
  }

  override get packed(): ImageBatch | undefined {
    const { images, rows, labels } = this;
    const isWhole = "data" in images && rows.length === images.shape[0] && rows.every((row, i) => row === i);
    return isWhole && this.transforms.length === 0 ? { images, labels, indices: rows } : undefined;
  }

  /** Places in the source of the given samples. */
  select(indices: Int32Array): { readonly rows: Int32Array } {
    return { rows: indices.map((index) => this.rows[checkedIndex(index, this.length)] ?? 0) };
  }

  /** Everything of a batch but its pictures. */
  labelled(indices: Int32Array): { readonly labels: Int32Array; readonly indices: Int32Array } {
    return { labels: indices.map((index) => this.labels[index] ?? 0), indices };
  }

  /**
   * This dataset with a transform of its pictures; labels stay.
   *
   * @see Gluon 1.9, Dataset.transform_first
   */
  transformFirst(transform: Transform): ImageDataset {
    return this.#view({ transforms: [...this.transforms, transform] });
  }

  /**
   * Runs the transforms once and keeps the packed results, so that later epochs only copy.
   *
   * Only the transforms before the first random one are run; that one and those behind it still run for each batch.
   *
   * @throws DataOptionError when the results are not of one size.
   */
  materialize(): ImageDataset {
    const steps = flattenTransforms(this.transforms);
    const firstRandom = steps.findIndex(isRandom);
    const cut = firstRandom < 0 ? steps.length : firstRandom;
    const job = { images: this.images, transforms: steps.slice(0, cut) };
    const images = renderImages(job, { rows: this.rows, indices: this.rows, seed: 0, epoch: 0 });
    return new ImageDataset(images, this.labels, { classNames: this.classNames, transforms: steps.slice(cut) });
  }

  override take(count: number): ImageDataset {
    return super.take(count) as ImageDataset;
  }

  override shard(numShards: number, index: number): ImageDataset {
    return super.shard(numShards, index) as ImageDataset;
  }

  override filter(predicate: (sample: ImageSample, index: number) => boolean): ImageDataset {
    return super.filter(predicate) as ImageDataset;
  }

  override subset(rows: Int32Array): ImageDataset {
    return this.#view(this.select(rows));
  }

  #view(changes: Pick<ImageDatasetOptions, "rows" | "transforms">): ImageDataset {
    const { classNames, transforms, rows } = this;
    return new ImageDataset(this.images, this.#sourceLabels, { classNames, transforms, rows, ...changes });
  }
}

function checkPacked(images: ImageSource): void {
  if (!("data" in images)) return;
  const size = images.shape.reduce((product, axis) => product * axis, 1);
  if (images.data.length === size) return;
  const expected = `${size} numbers for shape [${images.shape.join(", ")}]`;
  throw new DataOptionError("ImageDataset", expected, `${images.data.length}`);
}
