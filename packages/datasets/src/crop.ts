import { DataOptionError } from "./errors.ts";
import type { Image } from "./image.ts";
import { encodingOf } from "./image.ts";
import type { Random } from "./random.ts";
import { randomUnit, randomUpTo } from "./random.ts";
import { resizeBilinear } from "./resize.ts";
import type { CenterCrop, RandomCrop, RandomResizedCrop, Resize } from "./transforms.ts";
import { widthAndHeight } from "./transforms.ts";

/** The picture at the size that a Resize asks for. */
export function resized(picture: Image, { size, keepRatio }: Resize): Image {
  const [h, w] = picture.shape;
  if (typeof size === "number" && keepRatio) {
    return h > w
      ? resizedTo("Resize", picture, size, Math.trunc((h * size) / w))
      : resizedTo("Resize", picture, Math.trunc((w * size) / h), size);
  }
  return resizedTo("Resize", picture, ...widthAndHeight(size));
}

/** The middle of a picture. */
export function centerCropped(picture: Image, { size }: Pick<CenterCrop, "size">): Image {
  const [width, height] = widthAndHeight(size);
  const [h, w] = picture.shape;
  // A picture that is too small gives up size, not ratio.
  let [cropW, cropH] = [width, height];
  if (h < cropH) [cropW, cropH] = [(cropW * h) / cropH, h];
  if (w < cropW) [cropW, cropH] = [w, (cropH * w) / cropW];
  [cropW, cropH] = [Math.max(Math.trunc(cropW), 1), Math.max(Math.trunc(cropH), 1)];
  const part = cropped(picture, Math.trunc((w - cropW) / 2), Math.trunc((h - cropH) / 2), cropW, cropH);
  return resizedTo("CenterCrop", part, width, height);
}

/** A random part of a padded picture. */
export function randomCropped(picture: Image, { size, pad }: RandomCrop, random: Random): Image {
  const [width, height] = widthAndHeight(size);
  const [h, w] = picture.shape;
  if (width > w + 2 * pad || height > h + 2 * pad) {
    throw new DataOptionError(
      "RandomCrop",
      `a crop that fits the padded picture of ${w + 2 * pad}x${h + 2 * pad}`,
      `${width}x${height}`,
    );
  }
  const x = randomUpTo(random, w + 2 * pad - width) - pad;
  const y = randomUpTo(random, h + 2 * pad - height) - pad;
  return cropped(picture, x, y, width, height);
}

/** A part of random area and ratio, resized; after ten parts that do not fit, the middle. */
export function randomResizedCropped(picture: Image, { size, scale, ratio }: RandomResizedCrop, random: Random): Image {
  const [width, height] = widthAndHeight(size);
  const [h, w] = picture.shape;
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = h * w * (scale[0] + (scale[1] - scale[0]) * randomUnit(random));
    const logRatio = Math.log(ratio[0]) + (Math.log(ratio[1]) - Math.log(ratio[0])) * randomUnit(random);
    const cropW = Math.round(Math.sqrt(area * Math.exp(logRatio)));
    const cropH = Math.round(Math.sqrt(area / Math.exp(logRatio)));
    if (cropW < 1 || cropH < 1 || cropW > w || cropH > h) continue;
    const x = randomUpTo(random, w - cropW);
    const y = randomUpTo(random, h - cropH);
    return resizedTo("RandomResizedCrop", cropped(picture, x, y, cropW, cropH), width, height);
  }
  return centerCropped(picture, { size });
}

/** A picture mirrored along one axis. */
export function flipped(picture: Image, axis: "leftRight" | "topBottom"): Image {
  const [h, w, c] = picture.shape;
  const data = emptyLike(picture, h * w * c);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = axis === "leftRight" ? (y * w + (w - 1 - x)) * c : ((h - 1 - y) * w + x) * c;
      for (let k = 0; k < c; k++) data[(y * w + x) * c + k] = picture.data[from + k] ?? 0;
    }
  }
  return { ...picture, data };
}

/** The part of `width` × `height` whose corner is (x, y); what lies outside the picture is zero. */
function cropped(picture: Image, x: number, y: number, width: number, height: number): Image {
  const [h, w, c] = picture.shape;
  const data = emptyLike(picture, height * width * c);
  const firstX = Math.max(x, 0);
  const endX = Math.min(x + width, w);
  const endY = endX > firstX ? Math.min(y + height, h) : 0; // nothing of the picture where they do not meet
  for (let row = Math.max(y, 0); row < endY; row++) {
    const part = picture.data.subarray((row * w + firstX) * c, (row * w + endX) * c);
    data.set(part, ((row - y) * width + firstX - x) * c);
  }
  return { data, shape: [height, width, c], layout: "HWC", ...encodingOf(picture) };
}

function resizedTo(op: string, picture: Image, width: number, height: number): Image {
  const [h, w, c] = picture.shape;
  if (h === height && w === width) return picture;
  if (!(picture.data instanceof Uint8Array)) {
    throw new DataOptionError(op, "uint8 pixels", "float32", "put it before Cast and Normalize");
  }
  const data = resizeBilinear(picture.data, h, w, c, height, width);
  return { data, shape: [height, width, c], layout: "HWC", ...encodingOf(picture) };
}

function emptyLike(picture: Image, length: number): Uint8Array | Float32Array {
  return picture.data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
}
