import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DecodedPng } from "fast-png";
import { decode } from "fast-png";
import { DataFormatError } from "../errors.ts";
import type { Image } from "../image.ts";
import { image } from "../image.ts";
import { ImageDataset } from "../image-dataset.ts";
import { diskError } from "./disk-error.ts";

/** Options of a folder of images. */
export interface ImageFolderOptions {
  /** 3 for RGB (default), 1 for grey. */
  readonly channels?: 1 | 3 | undefined;
}

/**
 * A folder with one subfolder per class, each with PNG files, read into memory.
 *
 * Classes are numbered in the alphabetical order of their folders, files taken in alphabetical order; other files are
 * ignored. Pictures may differ in size: add a Resize. Transparency is dropped, 16-bit samples keep their upper byte,
 * and grey is OpenCV's 0.299 R + 0.587 G + 0.114 B in 14-bit integers.
 *
 * @throws DataAccessError when a folder or file cannot be read.
 * @throws DataFormatError when a file is not PNG, or there is none.
 * @see Gluon 1.9, mxnet.gluon.data.vision.ImageFolderDataset
 */
export async function imageFolder(path: string, options: ImageFolderOptions = {}): Promise<ImageDataset> {
  const classNames = (await entries(path)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const images: Image[] = [];
  const labels: number[] = [];
  for (const [label, className] of classNames.entries()) {
    for (const { name } of await entries(join(path, className))) {
      if (!name.toLowerCase().endsWith(".png")) continue;
      images.push(await readPng(join(path, className, name), options.channels ?? 3));
      labels.push(label);
    }
  }
  if (images.length === 0) throw new DataFormatError(path, "a subfolder per class, with PNG files", "none");
  return new ImageDataset(images, labels, { classNames });
}

async function entries(path: string) {
  try {
    const found = await readdir(path, { withFileTypes: true });
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw diskError(path, "a folder that can be read", cause);
  }
}

async function readPng(path: string, channels: 1 | 3): Promise<Image> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw diskError(path, "a file that can be read", cause);
  }
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new DataFormatError(path, "a PNG image", cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return image(pixels(png, channels), [png.height, png.width, channels]);
}

/** RGB or grey, row by row. */
function pixels(png: DecodedPng, channels: 1 | 3): Uint8Array {
  const { width, height } = png;
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = colourAt(png, Math.floor(i / width), i % width);
    if (channels === 3) data.set([r, g, b], 3 * i);
    else data[i] = (r * 4899 + g * 9617 + b * 1868 + 8192) >> 14;
  }
  return data;
}

function colourAt(png: DecodedPng, y: number, x: number): readonly [r: number, g: number, b: number] {
  const { channels, depth, palette } = png;
  if (palette !== undefined) {
    const [r = 0, g = 0, b = 0] = palette[sampleAt(png, y, x)] ?? [];
    return [r, g, b];
  }
  const brightest = depth === 16 ? 255 : 2 ** depth - 1;
  const sample = (c: number): number => (sampleAt(png, y, x * channels + c) * 255) / brightest;
  return channels < 3 ? [sample(0), sample(0), sample(0)] : [sample(0), sample(1), sample(2)];
}

/** Number `i` of row `y`; below 8 bits several share a byte, and each row begins with a new one. */
function sampleAt({ data, width, channels, depth }: DecodedPng, y: number, i: number): number {
  if (depth >= 8) return (data[y * width * channels + i] ?? 0) >> (depth - 8);
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  const byte = data[y * rowBytes + ((i * depth) >> 3)] ?? 0;
  return (byte >> (8 - depth - ((i * depth) & 7))) & (2 ** depth - 1);
}
