/** Brightest value of a picture: one digit, easy to follow by hand. */
export const BRIGHTEST = 9;

/** A pixel of a drawn picture. Further channels see it mirrored, and turned upside down. */
export function pictureValue(
  picture: "cross" | "disc" | "edge" | "ramp" | "checker",
  channel: number,
  row: number,
  column: number,
  height: number,
  width: number,
): number {
  const i = channel === 2 ? height - 1 - row : row;
  const j = channel === 1 ? width - 1 - column : column;
  // From −1 to 1 across the picture.
  const [y, x] = [(2 * i + 1) / height - 1, (2 * j + 1) / width - 1];
  switch (picture) {
    case "cross":
      return Math.abs(y) < 1.4 / height + 0.001 || Math.abs(x) < 1.4 / width + 0.001 ? BRIGHTEST : 0;
    case "disc":
      return Math.hypot(x, y) <= 0.75 ? BRIGHTEST : 0;
    case "edge":
      return x > 0 ? BRIGHTEST : 0;
    case "ramp":
      return Math.round((BRIGHTEST * j) / Math.max(1, width - 1));
    case "checker":
      return (i + j) % 2 === 0 ? BRIGHTEST : 0;
  }
}

/** One plane of a preset kernel, row-major, for any extent. */
export function kernelPlane(
  kernel: "vertical" | "horizontal" | "laplace" | "mean" | "binomial" | "sharpen" | "identity",
  height: number,
  width: number,
): number[] {
  const count = height * width;
  const centre = Math.floor(height / 2) * width + Math.floor(width / 2);
  const plane = (value: (row: number, column: number, index: number) => number): number[] =>
    Array.from({ length: count }, (_, i) => value(Math.floor(i / width), i % width, i));
  switch (kernel) {
    case "vertical":
      return plane((row, column) => binomial(height, row) * slope(width, column));
    case "horizontal":
      return plane((row, column) => slope(height, row) * binomial(width, column));
    case "laplace":
      return plane((_row, _column, i) => (i === centre ? count - 1 : -1));
    case "mean":
      return plane(() => 1 / count);
    case "binomial":
      return plane((row, column) => (binomial(height, row) * binomial(width, column)) / 2 ** (height + width - 2));
    case "sharpen":
      return plane((_row, _column, i) => (i === centre ? 2 : 0) - 1 / count);
    case "identity":
      return plane((_row, _column, i) => (i === centre ? 1 : 0));
  }
}

/** Digits 0 to 9 from a linear congruential generator (Numerical Recipes, 3rd ed., section 7.1.2), for pictures only. */
export function randomDigits(count: number, seed: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(((state >>> 8) / 2 ** 24) * (BRIGHTEST + 1));
  });
}

/** −1 before the middle, 0 in it, 1 after. */
function slope(extent: number, index: number): number {
  return Math.sign(2 * index + 1 - extent);
}

/** Binomial coefficients of `(1 + t)^(extent − 1)`. */
function binomial(extent: number, index: number): number {
  let value = 1;
  for (let i = 0; i < index; i++) value = (value * (extent - 1 - i)) / (i + 1);
  return value;
}
