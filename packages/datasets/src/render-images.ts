import { applyTransform } from "./apply-transform.ts";
import type { Draw } from "./dataset.ts";
import { DataOptionError } from "./errors.ts";
import type { Image, ImageArray, ImageSource } from "./image.ts";
import { encodingOf, imageAt } from "./image.ts";
import type { Random } from "./random.ts";
import { seededRandom } from "./random.ts";
import type { Transform } from "./transforms.ts";
import { isRandom } from "./transforms.ts";

/** Pictures of a source, and what is done to each: all that a worker thread has to know. */
export interface ImageJob {
  readonly images: ImageSource;
  readonly transforms: readonly Transform[];
}

/** Which pictures to make a batch of. */
export interface ImageRequest extends Draw {
  /** Places in the source, [n]. */
  readonly rows: Int32Array;
  /** Places in the dataset, [n]; with seed and epoch they decide the random numbers. */
  readonly indices: Int32Array;
}

/**
 * Transforms pictures and packs them. Main thread and worker threads run this same function, so their batches agree.
 *
 * @throws DataOptionError when the results are not of one size and encoding.
 */
export function renderImages({ images, transforms }: ImageJob, request: ImageRequest): ImageArray {
  const { rows, indices, seed, epoch } = request;
  const needsRandom = transforms.some(isRandom);
  let packed: ImageArray | undefined;
  let size = 0;
  for (let i = 0; i < rows.length; i++) {
    const random = needsRandom ? seededRandom(seed, epoch, indices[i] ?? 0) : undefined;
    const picture = renderImage({ images, transforms }, rows[i] ?? -1, random);
    if (packed === undefined) {
      size = picture.data.length;
      packed = emptyArray(picture, rows.length);
    } else if (!fits(packed, picture)) {
      throw new DataOptionError(
        "batch",
        `pictures alike, ${describe(imageAt(packed, 0))}`,
        `${describe(picture)} at index ${indices[i]}`,
        "add a Resize",
      );
    }
    packed.data.set(picture.data, i * size);
  }
  if (packed === undefined) throw new DataOptionError("batch", "at least one index", "none");
  return packed;
}

/** One picture of a source, transformed. */
export function renderImage({ images, transforms }: ImageJob, row: number, random: Random | undefined): Image {
  return transforms.reduce((picture, step) => applyTransform(step, picture, random), imageAt(images, row));
}

function emptyArray(picture: Image, n: number): ImageArray {
  const length = n * picture.data.length;
  const data = picture.data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  const layout = picture.layout === "HWC" ? "NHWC" : "NCHW";
  return { data, shape: [n, ...picture.shape], layout, ...encodingOf(picture) };
}

function fits(packed: ImageArray, picture: Image): boolean {
  return (
    picture.shape.every((size, axis) => packed.shape[axis + 1] === size) &&
    packed.layout === `N${picture.layout}` &&
    packed.divisor === picture.divisor &&
    packed.data instanceof Uint8Array === picture.data instanceof Uint8Array &&
    sameNumbers(packed.normalization?.mean, picture.normalization?.mean) &&
    sameNumbers(packed.normalization?.std, picture.normalization?.std)
  );
}

function sameNumbers(a: readonly number[] = [], b: readonly number[] = []): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function describe({ data, shape, layout, divisor }: Image): string {
  const dtype = data instanceof Uint8Array ? "uint8" : "float32";
  return `${dtype} ${layout} [${shape.join(", ")}] with divisor ${divisor}`;
}
