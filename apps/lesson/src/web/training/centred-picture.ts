/** Side of MNIST's pictures. */
export const PICTURE_SIDE = 28;
/** Side of the square that MNIST fits its digits into. */
const DIGIT_SIDE = 20;
/** Fainter ink is no part of a digit. */
const INK = 32;

/** A grey picture, bright ink on black, row-major. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayLike<number>;
}

/**
 * A picture as MNIST prepared its digits: fitted into 20 × 20, its centre of mass in the middle of 28 × 28.
 * @returns `[28, 28]` grey; all black where there is no ink.
 * @see Yann LeCun, "The MNIST database", on how the pictures were made.
 */
export function centredDigit(picture: GreyPicture): Uint8Array<ArrayBuffer> {
  const box = inkBox(picture);
  if (box === undefined) return new Uint8Array(PICTURE_SIDE * PICTURE_SIDE);
  const small = shrunk(picture, box, DIGIT_SIDE);
  const [cx, cy] = centreOfMass(small);
  const place = (centre: number, size: number): number => {
    return Math.min(PICTURE_SIDE - size, Math.max(0, Math.round(PICTURE_SIDE / 2 - centre)));
  };
  return placed(small, place(cx, small.width), place(cy, small.height));
}

/** A whole picture, fitted into 28 × 28, as Fashion-MNIST's photographs fill theirs. */
export function fittedPicture(picture: GreyPicture): Uint8Array<ArrayBuffer> {
  const { width, height } = picture;
  const small = shrunk(picture, { left: 0, top: 0, width, height }, PICTURE_SIDE);
  return placed(small, (PICTURE_SIDE - small.width) >> 1, (PICTURE_SIDE - small.height) >> 1);
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function inkBox({ width, height, pixels }: GreyPicture): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x]! < INK) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Mean over the area of each new pixel; the longer side of the box becomes `side`. */
function shrunk({ width, pixels }: GreyPicture, box: Box, side: number): GreyPicture & { pixels: Float64Array } {
  const scale = Math.max(box.width, box.height) / side;
  const [w, h] = [Math.max(1, Math.round(box.width / scale)), Math.max(1, Math.round(box.height / scale))];
  const result = new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    const rows = overlaps(y * scale, (y + 1) * scale, box.height);
    for (let x = 0; x < w; x++) {
      let [sum, area] = [0, 0];
      for (const [dy, share] of rows) {
        for (const [dx, part] of overlaps(x * scale, (x + 1) * scale, box.width)) {
          sum += pixels[(box.top + dy) * width + box.left + dx]! * share * part;
          area += share * part;
        }
      }
      result[y * w + x] = area === 0 ? 0 : sum / area;
    }
  }
  return { width: w, height: h, pixels: result };
}

/** Whole pixels that an interval touches, each with the part of it that it covers. */
function overlaps(from: number, to: number, size: number): (readonly [index: number, part: number])[] {
  const result: (readonly [number, number])[] = [];
  for (let i = Math.floor(from); i < Math.min(size, Math.ceil(to)); i++) {
    result.push([i, Math.min(i + 1, to) - Math.max(i, from)]);
  }
  return result;
}

function centreOfMass({ width, height, pixels }: GreyPicture): readonly [x: number, y: number] {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = pixels[y * width + x]!;
      mass += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
    }
  }
  return [sumX / mass, sumY / mass];
}

function placed({ width, height, pixels }: GreyPicture, left: number, top: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(PICTURE_SIDE * PICTURE_SIDE);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[(top + y) * PICTURE_SIDE + left + x] = Math.round(pixels[y * width + x]!);
  }
  return result;
}
