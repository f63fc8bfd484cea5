import { productsOf, sumOver } from "./convolution-products.ts";
import { activatedValues, ACTIVATIONS, SLOPES } from "./exact-activations.ts";
import { sizeOf, type RandomCase } from "./random-case.ts";
import type { ConvolutionCase } from "./random-convolution.ts";
import { emptySums, UNIT, WorstError, type Sums } from "./worst-error.ts";

/** Roundings in an activation: functions are documented to be right to about 2 units in the last place. */
const ACTIVATION_ROUNDINGS = 4;
/** Roundings between `dy`, `y` and `dz = dy * activation'`, relative to `dy`, as no slope is above 1. */
const SLOPE_ROUNDINGS = 6;

/** Elements of a tensor. */
export interface Elements {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Float32 elements of an input. */
export interface FloatElements {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The three kernels of a convolution. */
export interface ConvolutionKernels {
  readonly forward: string;
  readonly inputGradient: string;
  readonly weightGradient: string;
  /** Runs one of them and gives its outputs. */
  run(name: string, inputs: Readonly<Record<string, FloatElements | undefined>>, attrs: object): readonly Elements[];
}

/** How kernels compute sums of products. */
export interface SumArithmetic {
  /** What they do to the factors first; float32 does nothing. */
  readonly round?: (values: Float32Array) => Float32Array;
  /** Most roundings of a sum of so many terms, relative to the sum of their magnitudes. Default: one for each term. */
  readonly roundings?: (terms: number) => number;
}

/** The largest errors of a convolution's three kernels. */
export interface ConvolutionErrors {
  forward: WorstError;
  inputGradient: WorstError;
  weightGradient: WorstError;
  biasGradient: WorstError;
}

export function noErrors(): ConvolutionErrors {
  return {
    forward: new WorstError(),
    inputGradient: new WorstError(),
    weightGradient: new WorstError(),
    biasGradient: new WorstError(),
  };
}

/** Random tensors of one configuration. */
export function convolutionTensors(test: ConvolutionCase, random: RandomCase) {
  const floats = (shape: readonly number[]): FloatElements => ({ shape, data: random.floats(sizeOf(shape)) });
  const [x, weight, dy] = [floats(test.x), floats(test.weight), floats(test.y)] as const;
  const bias = test.withBias ? floats([test.weight[0]!]) : undefined;
  const activated = { shape: test.y, data: activatedValues(random, test.attrs.activation, dy.data.length) };
  const y = test.attrs.activation === "linear" ? undefined : activated;
  return { x, weight, bias, dy, activated, y };
}

/** Compares forward and both gradients with float64. */
export function checkConvolution(
  kernels: ConvolutionKernels,
  test: ConvolutionCase,
  random: RandomCase,
  errors: ConvolutionErrors,
  { round = (values) => values, roundings = (terms) => terms }: SumArithmetic = {},
): void {
  const { attrs, withBias } = test;
  const { activation } = attrs;
  const label = JSON.stringify(test);
  const { x, weight, bias, dy, activated, y } = convolutionTensors(test, random);
  const products = productsOf(test.x, test.weight, test.y, attrs);
  const xRound = round(x.data);
  const weightRound = round(weight.data);

  const z = sumOver(products, sizeOf(test.y), [xRound, "x"], [weightRound, "weight"], "y");
  const [forward] = kernels.run(kernels.forward, { x, weight, bias }, attrs);
  expectShape(label, forward, test.y);
  const plane = sizeOf(test.y.slice(2));
  for (let i = 0; i < z.data.length; i++) {
    const offset = bias?.data[Math.floor(i / plane) % test.y[1]!] ?? 0;
    const exact = ACTIVATIONS[activation](z.data[i]! + offset);
    const magnitude = z.magnitude[i]! + Math.abs(offset);
    const sum = (roundings(z.terms[i]!) + 1) * UNIT;
    const bound = (sum / (1 - sum)) * magnitude + ACTIVATION_ROUNDINGS * UNIT * Math.abs(exact) + 2 ** -126;
    errors.forward.addValue(label, forward!.data[i]!, exact, bound, magnitude + Math.abs(exact));
  }

  const slope = SLOPES[activation];
  const dz = Float32Array.from(dy.data, (value, i) => value * slope(activated.data[i]!));
  const exactDz = Float64Array.from(dy.data, (value, i) => value * slope(activated.data[i]!));
  // What rounds, rounds the float32 `dz`; without, float64 knows it better.
  const isRounding = xRound !== x.data;
  const dzRound = isRounding ? round(dz) : exactDz;
  const doubt = isRounding ? doubtOf(dz, dy.data, round, activation === "linear" ? 0 : SLOPE_ROUNDINGS) : undefined;
  const magnitudes = dy.data;
  const extra = activation === "linear" ? 0 : SLOPE_ROUNDINGS;
  const inputGradientAttrs = { ...attrs, inputShape: test.x };
  const [dx] = kernels.run(kernels.inputGradient, { dy, weight, y }, inputGradientAttrs);
  expectShape(label, dx, test.x);
  const exactDx = sumOver(products, sizeOf(test.x), [dzRound, "y"], [weightRound, "weight"], "x", magnitudes);
  const doubtOfDx = doubt && sumOver(products, sizeOf(test.x), [doubt, "y"], [weightRound, "weight"], "x").magnitude;
  errors.inputGradient.addSums(label, dx!.data, withRoundings(exactDx, roundings), extra, doubtOfDx);

  const weightGradientAttrs = { ...attrs, weightShape: test.weight, withBias };
  const [dw, db] = kernels.run(kernels.weightGradient, { x, dy, y }, weightGradientAttrs);
  expectShape(label, dw, test.weight);
  const exactDw = sumOver(products, sizeOf(test.weight), [dzRound, "y"], [xRound, "x"], "weight", magnitudes);
  const doubtOfDw = doubt && sumOver(products, sizeOf(test.weight), [doubt, "y"], [xRound, "x"], "weight").magnitude;
  errors.weightGradient.addSums(label, dw!.data, withRoundings(exactDw, roundings), extra, doubtOfDw);
  if (withBias) {
    const exactDb = emptySums(test.y[1]!);
    for (let i = 0; i < exactDz.length; i++) {
      const channel = Math.floor(i / plane) % test.y[1]!;
      exactDb.data[channel]! += exactDz[i]!;
      exactDb.magnitude[channel]! += Math.abs(dy.data[i]!);
      exactDb.terms[channel]! += 1;
    }
    expectShape(label, db, [test.y[1]!]);
    errors.biasGradient.addSums(label, db!.data, exactDb, extra);
  }
}

/** Sums whose terms count as the roundings that they may take. */
function withRoundings(sums: Sums, roundings: (terms: number) => number): Sums {
  return { ...sums, terms: sums.terms.map((terms) => Math.ceil(roundings(terms))) };
}

/** How far a rounded `dz` may be off because float32 may have had it on the other side of a tie: mostly not at all. */
function doubtOf(
  dz: Float32Array,
  dy: Float32Array,
  round: (values: Float32Array) => Float32Array,
  roundings: number,
): Float32Array {
  const above = round(dz.map((value, i) => value + roundings * UNIT * Math.abs(dy[i]!)));
  const below = round(dz.map((value, i) => value - roundings * UNIT * Math.abs(dy[i]!)));
  return above.map((value, i) => value - below[i]!);
}

function expectShape(label: string, values: Elements | undefined, shape: readonly number[]): void {
  if (JSON.stringify(values?.shape) === JSON.stringify(shape)) return;
  throw new Error(`${label}: expected shape ${JSON.stringify(shape)}, got ${JSON.stringify(values?.shape)}`);
}
