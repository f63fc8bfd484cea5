import { divergingColor } from "../../figures/diverging-colors.ts";

/** Half the number of colours that are told apart. */
const HALF = 255;

/** RGBA of the diverging colours from −1 to 1, made once: looking one up is quicker than mixing it. */
const COLORS = new Uint32Array(2 * HALF + 1).map((_, i) => {
  const [red, green, blue] = divergingColor((i - HALF) / HALF);
  return new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0]!;
});

/** Maps side by side. */
export interface MapGrid {
  readonly image: ImageData;
  readonly columns: number;
}

/** Largest absolute value: what the ends of the colour scale stand for. */
export function limitOf(values: Float32Array): number {
  let limit = 0;
  for (const value of values) limit = Math.max(limit, Math.abs(value));
  return limit;
}

/** The pixels of one map. @param limit the number of the end colours. */
export function mapImage(values: Float32Array, width: number, height: number, limit: number): ImageData {
  return mapGrid(values, [1, height, width], limit, 1).image;
}

/**
 * The pixels of all maps of a layer, in rows of `columns`, one clear pixel apart.
 * @param shape `[maps, height, width]`
 */
export function mapGrid(
  values: Float32Array,
  [count, h, w]: readonly [number, number, number],
  limit: number,
  columns: number,
): MapGrid {
  const rows = Math.ceil(count / columns);
  const [width, height] = [columns * (w + 1) - 1, rows * (h + 1) - 1];
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const scale = limit === 0 ? 0 : HALF / limit;
  for (let map = 0; map < count; map++) {
    const left = (map % columns) * (w + 1);
    const top = Math.floor(map / columns) * (h + 1);
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const level = Math.round(values[(map * h + y) * w + x]! * scale);
        pixels[(top + y) * width + left + x] = COLORS[HALF + Math.min(HALF, Math.max(-HALF, level))]!;
      }
    }
  }
  return { image, columns };
}

/** A grey picture from numbers between 0 and 1. */
export function greyImage(values: Float32Array, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  values.forEach((value, i) => image.data.set([value * 255, value * 255, value * 255, 255], 4 * i));
  return image;
}
