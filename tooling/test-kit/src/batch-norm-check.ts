import { sizeOf } from "./random-case.ts";
import type { Elements, FloatElements } from "./convolution-check.ts";
import { UNIT, WorstError } from "./worst-error.ts";

/** A batch, its channels' learned vectors, and a gradient of its result. */
export interface BatchNormCase {
  readonly label: string;
  /** The channels' axis. */
  readonly axis: number;
  readonly x: FloatElements;
  readonly dy: FloatElements;
  /** `[channels]` */
  readonly gamma: FloatElements;
  /** `[channels]` */
  readonly beta: FloatElements;
}

/** The three kernels of a batch normalization. */
export interface BatchNormKernels {
  readonly batchNorm: string;
  readonly normalize: string;
  readonly gradient: string;
  /** Runs one of them and gives its outputs. */
  run(name: string, inputs: Readonly<Record<string, FloatElements>>, attrs: object): readonly Elements[];
}

const RESULTS = ["mean", "variance", "y", "normalized", "dx", "dGamma", "dBeta"] as const;

/** The largest errors of all results. */
export type BatchNormErrors = Readonly<Record<(typeof RESULTS)[number], WorstError>>;

export function noBatchNormErrors(): BatchNormErrors {
  return Object.fromEntries(RESULTS.map((name) => [name, new WorstError()])) as unknown as BatchNormErrors;
}

/** Numbers that are added up in single precision: of longer sums the pieces are merged in double precision. */
const PIECE = 4096;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Places of every channel's elements. */
function placesOf({ x: { shape }, axis }: BatchNormCase): number[][] {
  const [inner, channels] = [sizeOf(shape.slice(axis + 1)), shape[axis]!];
  const places = Array.from({ length: channels }, (): number[] => []);
  for (let i = 0; i < sizeOf(shape); i++) places[Math.floor(i / inner) % channels]!.push(i);
  return places;
}

const asInput = ({ shape, data }: Elements): FloatElements => ({ shape, data: Float32Array.from(data) });

/** Compares a batch's statistics, results and gradients with float64, within bounds that follow from the roundings. */
export function checkBatchNorm(
  kernels: BatchNormKernels,
  batch: BatchNormCase,
  epsilon: number,
  errors: BatchNormErrors,
): void {
  const { label, axis, x, dy, gamma, beta } = batch;
  const attrs = { axis, epsilon };
  const [y, mean, variance] = kernels.run(kernels.batchNorm, { x, gamma, beta }, attrs);
  const statistics = { mean: asInput(mean!), variance: asInput(variance!) };
  const [again, ...others] = kernels.run(kernels.normalize, { x, ...statistics, gamma, beta }, attrs);
  if (again === undefined || others.length > 0) throw new Error(`${kernels.normalize}: expected one output`);
  const gradients = [true, false].map((isOfBatch) =>
    kernels.run(kernels.gradient, { dy, x, ...statistics, gamma }, { ...attrs, isOfBatch }),
  );
  for (const [c, places] of placesOf(batch).entries()) {
    const values = places.map((at) => x.data[at]!);
    const n = values.length;
    const roundings = (Math.min(n, PIECE) + 4) * UNIT;
    const exactMean = total(values) / n;
    const reach = Math.max(...values.map((value) => Math.abs(value - exactMean)));
    // Differences from a number inside the data are at most twice as large as those from the mean.
    errors.mean.addValue(
      label,
      mean!.data[c]!,
      exactMean,
      UNIT * Math.abs(exactMean) + roundings * 2 * reach + 2 ** -126,
      Math.abs(exactMean) + reach,
    );
    const exactVariance = total(values.map((value) => (value - exactMean) ** 2)) / n;
    // Squares are up to four times those of the differences from the mean, of which the mean's own are taken off.
    errors.variance.addValue(
      label,
      variance!.data[c]!,
      exactVariance,
      10 * roundings * exactVariance + 2 ** -126,
      exactVariance + 2 ** -100,
    );
    // What follows is measured by the statistics as they are.
    const [center, root] = [mean!.data[c]!, 1 / Math.sqrt(variance!.data[c]! + epsilon)];
    const [slope, shift] = [gamma.data[c]! * root, beta.data[c]!];
    for (const at of places) {
      const scaled = (x.data[at]! - center) * slope;
      const bound = 3.01 * UNIT * Math.abs(scaled) + UNIT * Math.abs(scaled + shift) + 2 ** -126;
      errors.y.addValue(label, y!.data[at]!, scaled + shift, bound, Math.abs(scaled) + Math.abs(shift));
      errors.normalized.addValue(label, again.data[at]!, scaled + shift, bound, Math.abs(scaled) + 1);
    }
    const dys = places.map((at) => dy.data[at]!);
    const plain = total(dys);
    const plainDoubt = roundings * total(dys.map(Math.abs));
    const products = places.map((at) => dy.data[at]! * (x.data[at]! - center));
    const weighted = total(products);
    const weightedDoubt = roundings * total(products.map(Math.abs));
    for (const [i, [dx, dGamma, dBeta]] of gradients.entries()) {
      errors.dBeta.addValue(label, dBeta!.data[c]!, plain, plainDoubt + 2 ** -126, plainDoubt / roundings + 2 ** -100);
      errors.dGamma.addValue(
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
        errors.dx.addValue(label, dx!.data[at]!, total(parts), 6 * UNIT * size + doubt + 2 ** -126, size + 2 ** -100);
      }
    }
  }
}
