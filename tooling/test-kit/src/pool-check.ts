import type { Elements, FloatElements } from "./convolution-check.ts";
import { sizeOf, type RandomCase } from "./random-case.ts";
import { windowsOf, type PoolCase } from "./random-pool.ts";
import { emptySums, type WorstError } from "./worst-error.ts";

/** What the maximum of a window without a real element is: float32's lowest number. */
const LOWEST = -3.4028234663852886e38;

/** Both kernels of pooling. */
export interface PoolKernels {
  readonly forward: (x: FloatElements, attrs: PoolCase["attrs"]) => Elements;
  readonly gradient: (dy: FloatElements, x: FloatElements, attrs: PoolCase["attrs"]) => Elements;
}

/** Random tensors of one configuration, at times with several maxima in a window. */
export function poolTensors(test: PoolCase, random: RandomCase) {
  const isCoarse = random.chance(0.3);
  const data = random.floats(sizeOf(test.x)).map((value) => (isCoarse ? Math.round(value * 2) : value));
  const x: FloatElements = { shape: test.x, data };
  const dy: FloatElements = { shape: test.y, data: random.floats(sizeOf(test.y)) };
  return { x, dy };
}

/** Compares pooling and its gradient with float64. */
export function checkPool(
  kernels: PoolKernels,
  test: PoolCase,
  { x, dy }: ReturnType<typeof poolTensors>,
  { forward, gradient }: { readonly forward: WorstError; readonly gradient: WorstError },
): void {
  const label = JSON.stringify(test);
  const isMax = test.attrs.kind === "max";
  const y = kernels.forward(x, test.attrs);
  const dx = kernels.gradient(dy, x, test.attrs);
  for (const [actual, shape] of [
    [y.shape, test.y],
    [dx.shape, test.x],
  ] as const) {
    if (actual.join() !== shape.join())
      throw new Error(`${label}: expected shape [${shape.join()}], got [${actual.join()}]`);
  }
  const { data } = x;
  const exactDx = emptySums(data.length);
  for (const [at, { places, divisor }] of windowsOf(test).entries()) {
    if (isMax) {
      const first = places.reduce((best, place) => (best < 0 || data[place]! > data[best]! ? place : best), -1);
      forward.addValue(label, y.data[at]!, first < 0 ? LOWEST : data[first]!, 0, 1);
      if (first >= 0) {
        exactDx.data[first]! += dy.data[at]!;
        exactDx.magnitude[first]! += Math.abs(dy.data[at]!);
        exactDx.terms[first]! += 1;
      }
      continue;
    }
    const sums = emptySums(1);
    for (const place of places) {
      sums.data[0]! += data[place]! / divisor;
      sums.magnitude[0]! += Math.abs(data[place]!) / divisor;
      exactDx.data[place]! += dy.data[at]! / divisor;
      exactDx.magnitude[place]! += Math.abs(dy.data[at]!) / divisor;
      exactDx.terms[place]! += 1;
    }
    sums.terms[0] = places.length;
    // Dividing, or rounding the reciprocal and multiplying, adds two roundings to those of the sum.
    forward.addSums(label, [y.data[at]!], sums, 2);
  }
  gradient.addSums(label, dx.data, exactDx, isMax ? 0 : 2);
}
