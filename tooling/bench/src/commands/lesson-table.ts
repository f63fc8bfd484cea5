import type { CudaPrecision } from "@camada/backend-cuda";
import type { Peak } from "../peak/peak.ts";
import type { Measurement } from "../process/turns.ts";
import { summarize } from "../statistics.ts";
import { table, threeDigits } from "../table.ts";

/** Pictures of an epoch. */
const EPOCH = 60_000;

/** A candidate's result, as it goes into the table and the file. */
export interface LessonRow extends Measurement {
  readonly precision: CudaPrecision;
  /** In what it is not the same work as the others'; such a row is compared with nobody. */
  readonly note?: string;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly gflops: number;
  /** Of the measured peak at the median; NaN where it is unknown. */
  readonly share: number;
  readonly secondsPerEpoch: number;
}

/** What the rates of a row follow from. */
export interface RowContext {
  readonly precision: CudaPrecision;
  readonly peak: Peak;
  /** Of one sample. */
  readonly flops: number;
  /** Samples of a measured step. */
  readonly samples: number;
  /** Samples of a step in the table: times of fewer samples are multiplied. */
  readonly batch: number;
  readonly note?: string;
}

/**
 * Works a candidate's rates out.
 * @param measurement of the candidate
 * @param context what they follow from
 */
export function lessonRow(measurement: Measurement, context: RowContext): LessonRow {
  const { precision, peak, flops, samples, batch, note } = context;
  const factor = batch / samples;
  const times = measurement.timesMs.length > 0 ? summarize(measurement.timesMs) : undefined;
  const medianMs = (times?.medianMs ?? Number.NaN) * factor;
  const gflops = (flops * batch) / medianMs / 1e6;
  return {
    ...measurement,
    precision,
    ...(note === undefined ? {} : { note }),
    medianMs,
    minMs: (times?.minMs ?? Number.NaN) * factor,
    maxMs: (times?.maxMs ?? Number.NaN) * factor,
    gflops,
    share: "unknown" in peak ? Number.NaN : gflops / peak.gflops,
    secondsPerEpoch: (medianMs / 1000) * (EPOCH / batch),
  };
}

/**
 * The rows for people.
 * @param rows in the order to show; the first is ours
 * @returns lines
 */
export function lessonTable(rows: readonly LessonRow[]): string[] {
  const columns = [
    { title: "", align: "left" as const },
    { title: "ms/step" },
    { title: "min" },
    { title: "max" },
    { title: "GFLOP/s" },
    { title: "of peak" },
    { title: "s/epoch" },
    { title: "first" },
    { title: "last loss" },
  ];
  const cells = rows.map((row) => [
    `${row.name}${row.note === undefined ? "" : "*"}`,
    ...[row.medianMs, row.minMs, row.maxMs, row.gflops].map(threeDigits),
    Number.isFinite(row.share) ? `${(100 * row.share).toFixed(row.share < 0.1 ? 1 : 0)} %` : "–",
    threeDigits(row.secondsPerEpoch),
    ...[row.losses[0], row.losses.at(-1)].map((loss) => (loss === undefined ? "–" : loss.toFixed(4))),
  ]);
  return table(columns, cells);
}

/**
 * What runs behind each name, what is not the same work and what failed.
 * @param rows of the table
 */
export function footnotes(rows: readonly LessonRow[]): string[] {
  const names = rows.map(({ name, about }) => `  ${name}: ${about || "did not start"}`);
  const failed = rows.filter(({ failure }) => failure !== undefined);
  return [
    "",
    ...names,
    ...rows.filter(({ note }) => note !== undefined).map(({ name, note }) => `* ${name}: ${note}`),
    ...failed.map(({ name, failure }) => `failed: ${name}: ${failure}`),
  ];
}

/**
 * How many times as fast as the fastest peer of the same precision ours is, by medians and by least times.
 * @param rows of the table; ours are called Camada
 */
export function speedups(rows: readonly LessonRow[]): string[] {
  const measured = rows.filter(({ timesMs, note }) => timesMs.length > 0 && note === undefined);
  return measured
    .filter(({ name }) => name.startsWith("Camada"))
    .flatMap((ours) => {
      const peers = measured.filter(
        ({ name, precision }) => precision === ours.precision && !name.startsWith("Camada"),
      );
      const best = peers.toSorted((a, b) => a.medianMs - b.medianMs)[0];
      if (best === undefined) return [];
      const [byMedian, byLeast] = [best.medianMs / ours.medianMs, best.minMs / ours.minMs].map((x) => x.toFixed(2));
      return `${ours.name}: ${byMedian} times as fast as ${best.name} by medians, ${byLeast} by least times`;
    });
}
