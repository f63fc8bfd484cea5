import { centerCropped, flipped, randomCropped, randomResizedCropped, resized } from "./crop.ts";
import { DataOptionError } from "./errors.ts";
import type { Image } from "./image.ts";
import { channelLayout, toFloat32 } from "./image.ts";
import type { Random } from "./random.ts";
import { randomUnit, seededRandom } from "./random.ts";
import type { Cast, Normalize, Transform } from "./transforms.ts";

/**
 * One picture through one transform.
 *
 * @param transform a transform or its plain description.
 * @param picture any picture; it is not changed, but the result may share its memory.
 * @param random where random transforms take their numbers, default `seededRandom(0)`.
 * @throws DataOptionError when the picture does not fit the transform.
 */
export function applyTransform(transform: Transform, picture: Image, random: Random = seededRandom(0)): Image {
  switch (transform.kind) {
    case "Compose":
      return transform.transforms.reduce((result, step) => applyTransform(step, result, random), picture);
    case "ToTensor":
      return toTensor(hwc("ToTensor", picture));
    case "Resize":
      return resized(hwc("Resize", picture), transform);
    case "Normalize":
      return normalized(picture, transform);
    case "Cast":
      return cast(picture, transform);
    case "CenterCrop":
      return centerCropped(hwc("CenterCrop", picture), transform);
    case "RandomCrop":
      return randomCropped(hwc("RandomCrop", picture), transform, random);
    case "RandomResizedCrop":
      return randomResizedCropped(hwc("RandomResizedCrop", picture), transform, random);
    case "RandomFlipLeftRight":
      return randomlyFlipped(hwc("RandomFlipLeftRight", picture), "leftRight", transform.p, random);
    case "RandomFlipTopBottom":
      return randomlyFlipped(hwc("RandomFlipTopBottom", picture), "topBottom", transform.p, random);
    default:
      throw new DataOptionError("applyTransform", "a transform", JSON.stringify(transform));
  }
}

function toTensor(picture: Image): Image {
  const [h, w, c] = picture.shape;
  const divisor = picture.divisor * 255;
  // With one channel, HWC and CHW are the same bytes.
  if (c === 1) return { data: picture.data, shape: [1, h, w], layout: "CHW", divisor };
  const plane = h * w;
  const data = picture.data instanceof Uint8Array ? new Uint8Array(c * plane) : new Float32Array(c * plane);
  for (let k = 0; k < c; k++) {
    for (let i = 0, from = k; i < plane; i++, from += c) data[k * plane + i] = picture.data[from] ?? 0;
  }
  return { data, shape: [c, h, w], layout: "CHW", divisor };
}

function normalized(picture: Image, { mean, std, deferred }: Normalize): Image {
  if (picture.layout !== "CHW") {
    throw new DataOptionError("Normalize", "a picture in CHW", picture.layout, "put ToTensor before it");
  }
  const { channels } = channelLayout(picture);
  const normalization = { mean: perChannel("mean", mean, channels), std: perChannel("std", std, channels) };
  if (deferred && picture.normalization === undefined) return { ...picture, normalization };
  // A second normalization acts on the values of the first.
  const base = picture.normalization === undefined ? picture : cast(picture, { kind: "Cast", dtype: "float32" });
  if (deferred) return { ...base, normalization };
  return cast({ ...base, normalization }, { kind: "Cast", dtype: "float32" });
}

function perChannel(name: string, numbers: readonly number[], channels: number): readonly number[] {
  if (numbers.length === channels) return numbers;
  if (numbers.length === 1) return Array.from({ length: channels }, () => numbers[0] ?? 0);
  throw new DataOptionError("Normalize", `${name} to have 1 or ${channels} numbers`, `${numbers.length}`);
}

function cast(picture: Image, { dtype }: Cast): Image {
  const { shape, layout } = picture;
  const isPlain = picture.divisor === 1 && picture.normalization === undefined;
  if (isPlain && picture.data instanceof (dtype === "uint8" ? Uint8Array : Float32Array)) return picture;
  const values = toFloat32(picture);
  if (dtype === "float32") return { data: values, shape, layout, divisor: 1 };
  const data = Uint8Array.from(values, (value) => Math.min(Math.max(Math.trunc(value), 0), 255));
  return { data, shape, layout, divisor: 1 };
}

function randomlyFlipped(picture: Image, axis: "leftRight" | "topBottom", p: number, random: Random): Image {
  return randomUnit(random) < p ? flipped(picture, axis) : picture;
}

function hwc(op: string, picture: Image): Image {
  if (picture.layout === "HWC") return picture;
  throw new DataOptionError(op, "a picture in HWC", picture.layout, "put it before ToTensor");
}
