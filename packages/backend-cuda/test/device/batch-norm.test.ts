import { BATCH_NORM, BATCH_NORM_GRADIENT, NORMALIZE } from "@camada/tensor";
import { RandomCase, sizeOf, UNIT, WorstError } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { CASES } from "./cases.ts";
import { runKernel, runSingle, type Values } from "./run-kernel.ts";

/** A batch, its channels' learned vectors, and a gradient of its result. */
interface Batch {
  readonly label: string;
  readonly axis: number;
  readonly x: Values;
  readonly dy: Values;
  readonly gamma: Values;
  readonly beta: Values;
}

/** Few elements most of the time; now and then so many that a channel belongs to several blocks. */
function shapeOf(random: RandomCase): { readonly shape: number[]; readonly axis: number } {
  const kind = random.uniform();
  if (kind < 0.06) return { shape: [2, random.between(1, 3), random.between(4000, 9000)], axis: 1 };
  if (kind < 0.1) return { shape: [random.between(9000, 12_000), random.between(1, 3)], axis: 1 };
  const shape = Array.from({ length: random.between(1, 4) }, () => random.extent(17));
  return { shape, axis: random.between(0, shape.length - 1) };
}

function randomBatch(index: number): Batch {
  const random = new RandomCase("batch norm", index);
  const { shape, axis } = shapeOf(random);
  const [offset, scale] = [random.oneOf([0, 0, 1, -300, 2e4]), random.oneOf([0.01, 1, 30])];
  // A drift sets the blocks of a channel apart, whose means are merged.
  const drift = random.oneOf([0, 3 * scale]) / sizeOf(shape);
  const data = random.floats(sizeOf(shape), scale).map((value, i) => value + offset + drift * i);
  const vector = (): Values => ({ shape: [shape[axis]!], data: random.floats(shape[axis]!, 2) });
  return {
    label: JSON.stringify({ shape, axis, offset, scale }),
    axis,
    x: { shape, data },
    dy: { shape, data: random.floats(sizeOf(shape)) },
    gamma: vector(),
    beta: vector(),
  };
}

/** Places of every channel's elements. */
function placesOf({ x: { shape }, axis }: Batch): number[][] {
  const [inner, channels] = [sizeOf(shape.slice(axis + 1)), shape[axis]!];
  const places = Array.from({ length: channels }, (): number[] => []);
  for (let i = 0; i < sizeOf(shape); i++) places[Math.floor(i / inner) % channels]!.push(i);
  return places;
}

const EPSILON = 1e-5;
/** Numbers that are added up in single precision: of longer sums the pieces are merged in double precision. */
const PIECE = 4096;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

describe("batch normalization on the device", () => {
  it(`agrees with float64 over ${CASES} random batches, forward and gradients`, async ({ annotate }) => {
    const worst = Object.fromEntries(
      ["mean", "variance", "y", "normalized", "dx", "dGamma", "dBeta"].map((name) => [name, new WorstError()]),
    );
    for (let index = 0; index < CASES; index++) {
      const batch = randomBatch(index);
      const { label, axis, x, dy, gamma, beta } = batch;
      const attrs = { axis, epsilon: EPSILON };
      const [y, mean, variance] = runKernel(BATCH_NORM, { x, gamma, beta }, attrs);
      const again = runSingle(NORMALIZE, { x, mean, variance, gamma, beta }, attrs);
      const given = { dy, x, mean, variance, gamma };
      const gradients = [true, false].map((isOfBatch) =>
        runKernel(BATCH_NORM_GRADIENT, given, { ...attrs, isOfBatch }),
      );
      for (const [c, places] of placesOf(batch).entries()) {
        const values = places.map((at) => x.data[at]!);
        const n = values.length;
        const roundings = (Math.min(n, PIECE) + 4) * UNIT;
        const exactMean = total(values) / n;
        const reach = Math.max(...values.map((value) => Math.abs(value - exactMean)));
        // Differences from a number inside the data are at most twice as large as those from the mean.
        worst["mean"]!.addValue(
          label,
          mean!.data[c]!,
          exactMean,
          UNIT * Math.abs(exactMean) + roundings * 2 * reach + 2 ** -126,
          Math.abs(exactMean) + reach,
        );
        const exactVariance = total(values.map((value) => (value - exactMean) ** 2)) / n;
        // Squares are up to four times those of the differences from the mean, of which the mean's own are taken off.
        worst["variance"]!.addValue(
          label,
          variance!.data[c]!,
          exactVariance,
          10 * roundings * exactVariance + 2 ** -126,
          exactVariance + 2 ** -100,
        );
        // What follows is measured by the statistics as they are.
        const [center, root] = [mean!.data[c]!, 1 / Math.sqrt(variance!.data[c]! + EPSILON)];
        const [slope, shift] = [gamma.data[c]! * root, beta.data[c]!];
        for (const at of places) {
          const scaled = (x.data[at]! - center) * slope;
          const bound = 3.01 * UNIT * Math.abs(scaled) + UNIT * Math.abs(scaled + shift) + 2 ** -126;
          worst["y"]!.addValue(label, y!.data[at]!, scaled + shift, bound, Math.abs(scaled) + Math.abs(shift));
          worst["normalized"]!.addValue(label, again.data[at]!, scaled + shift, bound, Math.abs(scaled) + 1);
        }
        const dys = places.map((at) => dy.data[at]!);
        const plain = total(dys);
        const plainDoubt = roundings * total(dys.map(Math.abs));
        const products = places.map((at) => dy.data[at]! * (x.data[at]! - center));
        const weighted = total(products);
        const weightedDoubt = roundings * total(products.map(Math.abs));
        for (const [i, [dx, dGamma, dBeta]] of gradients.entries()) {
          worst["dBeta"]!.addValue(
            label,
            dBeta!.data[c]!,
            plain,
            plainDoubt + 2 ** -126,
            plainDoubt / roundings + 2 ** -100,
          );
          worst["dGamma"]!.addValue(
            label,
            dGamma!.data[c]!,
            weighted * root,
            weightedDoubt * root + 2 ** -126,
            (weightedDoubt * root) / roundings + 2 ** -100,
          );
          const isOfBatch = i === 0 ? 1 : 0;
          for (const at of places) {
            const distance = x.data[at]! - center;
            const tilted = isOfBatch * slope * root * root * distance;
            const parts = [slope * dy.data[at]!, (-tilted * weighted) / n, (-isOfBatch * slope * plain) / n];
            const size = total(parts.map(Math.abs));
            const doubt = (Math.abs(tilted) * weightedDoubt + isOfBatch * Math.abs(slope) * plainDoubt) / n;
            worst["dx"]!.addValue(
              label,
              dx!.data[at]!,
              total(parts),
              6 * UNIT * size + doubt + 2 ** -126,
              size + 2 ** -100,
            );
          }
        }
      }
    }
    for (const [name, { text }] of Object.entries(worst)) await annotate(`${name}: ${text}`);
    for (const [name, error] of Object.entries(worst)) {
      expect(error).toSatisfy(({ overBound }) => overBound <= 1, `${name}, ${error.where}: ${error.text}`);
    }
  });

  it.each([
    ["constant channels", [3, 3, 3, 3, 3, 3], 3, 0],
    ["a far first element", [1e6, 1, 2, 3, 4, 5, 6, 7], 125003.5, 0.875 * 0.125 * 999996 ** 2 + 3.5],
  ] as const)("has the statistics of %s", (_what, values, mean, variance) => {
    const x: Values = { shape: [values.length, 1], data: Float32Array.from(values) };
    const one: Values = { shape: [1], data: Float32Array.of(1) };
    const [, ownMean, ownVariance] = runKernel(BATCH_NORM, { x, gamma: one, beta: one }, { axis: 1, epsilon: 0 });
    expect(ownMean!.data[0]).toBe(Math.fround(mean));
    expect(Math.abs(ownVariance!.data[0]! - variance)).toBeLessThanOrEqual(variance * 8 * UNIT);
  });

  it("has no mean without elements", () => {
    const x: Values = { shape: [0, 2], data: new Float32Array(0) };
    const two: Values = { shape: [2], data: Float32Array.of(1, 1) };
    const attrs = { axis: 1, epsilon: EPSILON };
    const [y, mean, variance] = runKernel(BATCH_NORM, { x, gamma: two, beta: two }, attrs);
    expect([y!.data, mean!.data, variance!.data].map((data) => [...data])).toEqual([[], [NaN, NaN], [NaN, NaN]]);
    const given = { dy: x, x, mean: two, variance: two, gamma: two };
    const [, dGamma, dBeta] = runKernel(BATCH_NORM_GRADIENT, given, { ...attrs, isOfBatch: true });
    expect([...dGamma!.data, ...dBeta!.data]).toEqual([0, 0, 0, 0]);
  });
});
