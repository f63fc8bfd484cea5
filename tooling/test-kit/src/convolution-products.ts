import { sizeOf } from "./random-case.ts";
import { emptySums, type Sums } from "./worst-error.ts";

/** Geometry of a convolution, one entry for each spatial axis. */
export interface ConvolutionGeometry {
  readonly strides: readonly number[];
  readonly padBegin: readonly number[];
  readonly padEnd: readonly number[];
  readonly dilations: readonly number[];
  readonly groups: number;
}

/** Places in x, weight and y of every product of a convolution. */
export interface Products {
  readonly x: Int32Array;
  readonly weight: Int32Array;
  readonly y: Int32Array;
  readonly count: number;
}

/** Grows with the largest configuration and stays. */
let places = { x: new Int32Array(0), weight: new Int32Array(0), y: new Int32Array(0) };

/** Lists the products; the arrays are those of the next call too. Shapes are `[n, channels, ...spatial]`. */
export function productsOf(
  xShape: readonly number[],
  weightShape: readonly number[],
  yShape: readonly number[],
  { strides, padBegin, dilations, groups }: ConvolutionGeometry,
): Products {
  const three = (values: readonly number[], neutral: number): number[] => [
    ...Array.from({ length: 3 - values.length }, () => neutral),
    ...values,
  ];
  const [n = 0, cIn = 0] = xShape;
  const [cOut = 0, cInGroup = 0] = weightShape;
  const [d = 1, h = 1, w = 1] = three(xShape.slice(2), 1);
  const [kd = 1, kh = 1, kw = 1] = three(weightShape.slice(2), 1);
  const [od = 1, oh = 1, ow = 1] = three(yShape.slice(2), 1);
  const [sd = 1, sh = 1, sw = 1] = three(strides, 1);
  const [pd = 0, ph = 0, pw = 0] = three(padBegin, 0);
  const [ed = 1, eh = 1, ew = 1] = three(dilations, 1);
  const most = sizeOf(yShape) * cInGroup * kd * kh * kw;
  if (places.x.length < most) {
    places = { x: new Int32Array(most), weight: new Int32Array(most), y: new Int32Array(most) };
  }
  const { x, weight, y } = places;
  let count = 0;
  for (let image = 0; image < n; image++) {
    for (let co = 0; co < cOut; co++) {
      const firstIn = Math.floor(co / (cOut / groups)) * cInGroup;
      for (let z = 0; z < od; z++) {
        for (let r = 0; r < oh; r++) {
          for (let c = 0; c < ow; c++) {
            const out = (((image * cOut + co) * od + z) * oh + r) * ow + c;
            for (let ci = 0; ci < cInGroup; ci++) {
              for (let i = 0; i < kd; i++) {
                const atZ = z * sd - pd + i * ed;
                if (atZ < 0 || atZ >= d) continue;
                for (let j = 0; j < kh; j++) {
                  const atR = r * sh - ph + j * eh;
                  if (atR < 0 || atR >= h) continue;
                  const row = (((image * cIn + firstIn + ci) * d + atZ) * h + atR) * w;
                  const taps = (((co * cInGroup + ci) * kd + i) * kh + j) * kw;
                  for (let k = 0; k < kw; k++) {
                    const atC = c * sw - pw + k * ew;
                    if (atC < 0 || atC >= w) continue;
                    x[count] = row + atC;
                    weight[count] = taps + k;
                    y[count] = out;
                    count++;
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  return { x, weight, y, count };
}

/** Adds `left * right` into `target` for every product; `left` has a magnitude of its own where it was computed. */
export function sumOver(
  products: Products,
  size: number,
  [left, leftAt]: readonly [ArrayLike<number>, "x" | "weight" | "y"],
  [right, rightAt]: readonly [ArrayLike<number>, "x" | "weight" | "y"],
  target: "x" | "weight" | "y",
  magnitudes: ArrayLike<number> = left,
): Sums {
  const sums = emptySums(size);
  const { [leftAt]: i, [rightAt]: j, [target]: k } = products;
  for (let at = 0; at < products.count; at++) {
    const place = k[at]!;
    const factor = right[j[at]!]!;
    sums.data[place]! += left[i[at]!]! * factor;
    sums.magnitude[place]! += Math.abs(magnitudes[i[at]!]! * factor);
    sums.terms[place]! += 1;
  }
  return sums;
}
