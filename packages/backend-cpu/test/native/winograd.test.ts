import { CONVOLUTION, CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT } from "@camada/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  activatedValues,
  ACTIVATION_NAMES,
  ACTIVATIONS,
  CASES,
  type ConvolutionCase,
  productsOf,
  RandomCase,
  sizeOf,
  SLOPES,
  sumOver,
  UNIT,
  WorstError,
} from "@camada/test-kit";
import { differingConvolutions } from "./convolution-check.ts";
import { nativeBackend, runNative, runNativeSingle } from "./native-run.ts";
import { TRANSFORM_ROUNDINGS, winogradMagnitudes } from "./winograd-bound.ts";

/** Products that the float64 reference has time for. */
const MOST_PRODUCTS = 16_000;
/** Every so many configurations are compared at several numbers of threads too. */
const THREADS_EVERY = 10;
/** Roundings in an activation and in its slope, as in `convolution-check.ts`. */
const ACTIVATION_ROUNDINGS = 6;

/** Shapes take Winograd's way from some size on; here all do. */
function always(on: boolean): void {
  nativeBackend().library.declare("camada_always_winograd", "int32_t", ["int32_t"])(on ? 1 : 0);
}

/** A convolution with a square kernel of 3 or 5 taps, unit strides and no dilation. */
function randomCase(random: RandomCase): ConvolutionCase {
  for (;;) {
    const taps = random.oneOf([3, 5]);
    const groups = random.oneOf([1, 1, 1, 2, 3]);
    const ins = random.extent(random.oneOf([3, 17, 33]));
    const outs = random.extent(random.oneOf([3, 17, 33]));
    const padBegin = [0, 0].map(() => random.oneOf([0, 0, (taps - 1) / 2, random.between(0, 9)]));
    const padEnd = padBegin.map((pad) => random.oneOf([pad, pad, random.between(0, 4)]));
    const output = [random.between(1, 9), random.extent(36)];
    const input = output.map((size, axis) => size + taps - 1 - padBegin[axis]! - padEnd[axis]!);
    if (Math.min(...input) < 1) continue;
    const n = random.oneOf([1, 1, 2, 3, 5]);
    const weight = [groups * outs, ins, taps, taps];
    const y = [n, groups * outs, ...output];
    if (sizeOf(y) * sizeOf(weight.slice(1)) > MOST_PRODUCTS) continue;
    const attrs = {
      strides: [1, 1],
      padBegin,
      padEnd,
      dilations: [1, 1],
      groups,
      activation: random.oneOf(ACTIVATION_NAMES),
    };
    return { x: [n, groups * ins, ...input], weight, y, attrs, withBias: random.chance(0.7) };
  }
}

interface Errors {
  readonly forward: WorstError;
  readonly inputGradient: WorstError;
  readonly weightGradient: WorstError;
  readonly biasGradient: WorstError;
}

function check(test: ConvolutionCase, random: RandomCase, errors: Errors): void {
  const { attrs, withBias } = test;
  const { activation } = attrs;
  const label = JSON.stringify(test);
  const floats = (shape: readonly number[]) => ({ shape, data: random.floats(sizeOf(shape)) });
  const [x, weight, dy] = [floats(test.x), floats(test.weight), floats(test.y)];
  const bias = withBias ? floats([test.weight[0]!]) : undefined;
  const activated = activatedValues(random, activation, dy.data.length);
  const y = activation === "linear" ? undefined : { shape: test.y, data: activated };
  const products = productsOf(test.x, test.weight, test.y, attrs);
  const magnitudes = winogradMagnitudes(test, x.data, weight.data, dy.data);
  const note = (
    worst: WorstError,
    got: ArrayLike<number>,
    exact: (at: number) => number,
    bound: { readonly terms: number; readonly magnitudes: ArrayLike<number> },
    plain: ArrayLike<number>,
  ) => {
    const roundings = (bound.terms + TRANSFORM_ROUNDINGS) * UNIT;
    for (let at = 0; at < got.length; at++) {
      const allowed = (roundings / (1 - roundings)) * bound.magnitudes[at]! + 2 ** -126;
      worst.addValue(
        label,
        got[at]!,
        exact(at),
        allowed + ACTIVATION_ROUNDINGS * UNIT * Math.abs(exact(at)),
        plain[at]!,
      );
    }
  };
  const plane = sizeOf(test.y.slice(2));
  const offset = (at: number) => bias?.data[Math.floor(at / plane) % test.y[1]!] ?? 0;

  const z = sumOver(products, sizeOf(test.y), [x.data, "x"], [weight.data, "weight"], "y");
  const forward = runNativeSingle(CONVOLUTION, { x, weight, bias }, attrs);
  const withOffset = magnitudes.y.map((value, at) => value + Math.abs(offset(at)));
  note(
    errors.forward,
    forward.data,
    (at) => ACTIVATIONS[activation](z.data[at]! + offset(at)),
    { terms: test.weight[1]!, magnitudes: withOffset },
    z.magnitude.map((value, at) => value + Math.abs(offset(at))),
  );

  const dz = Float64Array.from(dy.data, (value, at) => value * SLOPES[activation](activated[at]!));
  const dx = runNativeSingle(CONVOLUTION_INPUT_GRADIENT, { dy, weight, y }, { ...attrs, inputShape: test.x });
  const exactDx = sumOver(products, sizeOf(test.x), [dz, "y"], [weight.data, "weight"], "x", dy.data);
  const outs = test.weight[0]! / attrs.groups;
  note(
    errors.inputGradient,
    dx.data,
    (at) => exactDx.data[at]!,
    { terms: outs, magnitudes: magnitudes.dx },
    exactDx.magnitude,
  );

  const weightAttrs = { ...attrs, weightShape: test.weight, withBias };
  const [dw, db] = runNative(CONVOLUTION_WEIGHT_GRADIENT, { x, dy, y }, weightAttrs);
  const exactDw = sumOver(products, sizeOf(test.weight), [dz, "y"], [x.data, "x"], "weight", dy.data);
  const tiles = test.y[0]! * Math.ceil(test.y[2]! / 2) * Math.ceil(test.y[3]! / 2);
  note(
    errors.weightGradient,
    dw!.data,
    (at) => exactDw.data[at]!,
    { terms: tiles, magnitudes: magnitudes.dw },
    exactDw.magnitude,
  );
  if (!withBias) return;
  const sums = { data: new Float64Array(test.y[1]!), magnitude: new Float64Array(test.y[1]!) };
  dz.forEach((value, at) => {
    const channel = Math.floor(at / plane) % test.y[1]!;
    sums.data[channel]! += value;
    sums.magnitude[channel]! += Math.abs(dy.data[at]!);
  });
  const terms = test.y[0]! * plane;
  note(errors.biasGradient, db!.data, (at) => sums.data[at]!, { terms, magnitudes: sums.magnitude }, sums.magnitude);
}

describe("convolution at Winograd's points on the native engine", () => {
  beforeAll(() => {
    always(true);
  });
  afterAll(() => {
    always(false);
  });

  it(`agrees with float64 within the bound of rounding over ${CASES} random configurations`, async ({ annotate }) => {
    const errors = {
      forward: new WorstError(),
      inputGradient: new WorstError(),
      weightGradient: new WorstError(),
      biasGradient: new WorstError(),
    };
    const differing: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("winograd", index);
      const test = randomCase(random);
      check(test, random, errors);
      if (index % THREADS_EVERY === 0) differing.push(...differingConvolutions(test, random));
    }
    for (const [kernel, worst] of Object.entries(errors)) await annotate(`winograd, ${kernel}: ${worst.text}`);
    for (const worst of Object.values(errors)) expect(worst.overBound, worst.where).toBeLessThanOrEqual(1);
    expect(differing).toEqual([]);
  });
});
