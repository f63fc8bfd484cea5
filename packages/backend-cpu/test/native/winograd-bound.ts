/**
 * What bounds the rounding errors of convolutions by Winograd's minimal filtering. A product of matrices whose entries are
 * bounded in magnitude loses at most `gamma(k)` of the product of those bounds, `k` being the roundings on the way to
 * an element (Higham, Accuracy and Stability of Numerical Algorithms, 3.5): so the three matrices of the method, taken in
 * magnitude, tell how far a result may be off.
 */
import { type ConvolutionCase, sizeOf } from "@camada/test-kit";

type Matrix = readonly (readonly number[])[];

/** `y = A'[(G w) . (B'x)]` along one axis. */
interface Filtering {
  /** `[outputs, points]` */
  readonly output: Matrix;
  /** `[points, taps]` */
  readonly weight: Matrix;
  /** `[points, inputs]` */
  readonly input: Matrix;
}

/** By taps of the filter. */
const FILTERINGS: Readonly<Record<number, Filtering>> = {
  3: {
    output: [
      [1, 1, 1, 0],
      [0, 1, -1, 1],
    ],
    weight: [
      [1, 0, 0],
      [1 / 2, 1 / 2, 1 / 2],
      [1 / 2, -1 / 2, 1 / 2],
      [0, 0, 1],
    ],
    input: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, -1, 0, 1],
    ],
  },
  5: {
    output: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -1 / 2, 1],
    ],
    weight: [
      [1, 0, 0, 0, 0],
      [-1 / 3, -1 / 3, -1 / 3, -1 / 3, -1 / 3],
      [1 / 3, -1 / 3, 1 / 3, -1 / 3, 1 / 3],
      [1 / 30, 2 / 30, 4 / 30, 8 / 30, 16 / 30],
      [16 / 15, -8 / 15, 4 / 15, -2 / 15, 1 / 15],
      [0, 0, 0, 0, 1],
    ],
    input: [
      [1, 3 / 2, -2, -3 / 2, 1, 0],
      [0, -1, -5 / 2, -1 / 2, 1, 0],
      [0, 1, 1 / 2, -5 / 2, 1, 0],
      [0, -1, -2, 1, 2, 0],
      [0, -2, 1, 2, -1, 0],
      [0, 1, 3 / 2, -2, -3 / 2, 1],
    ],
  },
};

/** Roundings on the way, beyond those of the sum over channels or tiles: of transforms, of parts of sums, of the bias. */
export const TRANSFORM_ROUNDINGS = 40;

/** Magnitudes of the three results. */
export interface WinogradMagnitudes {
  readonly y: Float64Array;
  readonly dx: Float64Array;
  readonly dw: Float64Array;
}

/** `matrix tile matrix'` in magnitudes, for a tile of `size` rows and columns. */
function transformed(matrix: Matrix, tile: Float64Array): Float64Array {
  const rows = matrix.length;
  const size = matrix[0]!.length;
  const half = new Float64Array(rows * size);
  const result = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < size; k++) {
      const factor = Math.abs(matrix[i]![k]!);
      if (factor === 0) continue;
      for (let j = 0; j < size; j++) half[i * size + j]! += factor * tile[k * size + j]!;
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      for (let k = 0; k < size; k++) result[i * rows + j]! += half[i * size + k]! * Math.abs(matrix[j]![k]!);
    }
  }
  return result;
}

const turned = (matrix: Matrix): Matrix => matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));

/** Adds `left . right`, element by element. */
function addProducts(sum: Float64Array, left: Float64Array, right: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += left[i]! * right[i]!;
}

/** An image's planes, of which tiles are parts. */
function tileOf(data: ArrayLike<number>, plane: number, h: number, w: number, top: number, left: number, size: number) {
  const tile = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [row, column] = [top + i, left + j];
      if (row < 0 || row >= h || column < 0 || column >= w) continue;
      tile[i * size + j] = Math.abs(data[plane * h * w + row * w + column]!);
    }
  }
  return tile;
}

/** Adds a tile to a plane, where it lies in the plane. */
function addTile(to: Float64Array, plane: number, h: number, w: number, top: number, left: number, tile: Float64Array) {
  const size = Math.sqrt(tile.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [row, column] = [top + i, left + j];
      if (row >= 0 && row < h && column >= 0 && column < w)
        to[plane * h * w + row * w + column]! += tile[i * size + j]!;
    }
  }
}

/** @param dy magnitudes of the gradient of `y` before the activation, or bounds of them */
export function winogradMagnitudes(
  { x: xShape, weight: weightShape, y: yShape, attrs }: ConvolutionCase,
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  dy: ArrayLike<number>,
): WinogradMagnitudes {
  const [n = 0, cIn = 0, h = 0, w = 0] = xShape;
  const [cOut = 0, ins = 0, taps = 0] = weightShape;
  const [, , oh = 0, ow = 0] = yShape;
  const [padH = 0, padW = 0] = attrs.padBegin;
  const { output, weight: weights, input } = FILTERINGS[taps]!;
  const points = input.length;
  const outs = cOut / attrs.groups;
  const result = {
    y: new Float64Array(sizeOf(yShape)),
    dx: new Float64Array(sizeOf(xShape)),
    dw: new Float64Array(sizeOf(weightShape)),
  };
  const atPoints = Array.from({ length: cOut * ins }, (_, kernel) =>
    transformed(
      weights,
      Float64Array.from({ length: taps ** 2 }, (_, tap) => Math.abs(weight[kernel * taps ** 2 + tap]!)),
    ),
  );
  const sums = atPoints.map(() => new Float64Array(points ** 2));
  for (let image = 0; image < n; image++) {
    for (let top = 0; top < oh; top += 2) {
      for (let left = 0; left < ow; left += 2) {
        const [first, across] = [top - padH, left - padW];
        const inputs = Array.from({ length: cIn }, (_, c) =>
          transformed(input, tileOf(x, image * cIn + c, h, w, first, across, points)),
        );
        const gradients = Array.from({ length: cOut }, (_, c) =>
          transformed(turned(output), tileOf(dy, image * cOut + c, oh, ow, top, left, 2)),
        );
        const inputGradients = inputs.map(() => new Float64Array(points ** 2));
        for (let out = 0; out < cOut; out++) {
          const products = new Float64Array(points ** 2);
          for (let c = 0; c < ins; c++) {
            const source = Math.floor(out / outs) * ins + c;
            addProducts(products, atPoints[out * ins + c]!, inputs[source]!);
            addProducts(inputGradients[source]!, atPoints[out * ins + c]!, gradients[out]!);
            addProducts(sums[out * ins + c]!, gradients[out]!, inputs[source]!);
          }
          addTile(result.y, image * cOut + out, oh, ow, top, left, transformed(output, products));
        }
        inputGradients.forEach((products, c) => {
          addTile(result.dx, image * cIn + c, h, w, first, across, transformed(turned(input), products));
        });
      }
    }
  }
  sums.forEach((sum, kernel) => result.dw.set(transformed(turned(weights), sum), kernel * taps ** 2));
  return result;
}
