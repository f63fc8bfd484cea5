/** Something to time, beside its peers. */
export interface Candidate {
  readonly name: string;
  /** What runs it and how, e.g. engine, threads and precision, as far as the candidate knows. */
  readonly about: string;
  /** Done before every run, outside the time that is measured, e.g. making a backend the active one. */
  readonly prepare?: () => void | Promise<void>;
  /** The work. It must not return before the work is done. */
  readonly run: () => void | Promise<void>;
}

/** Times of one candidate, in the order in which they were measured. */
export interface Measurement {
  readonly name: string;
  readonly about: string;
  readonly samplesMs: readonly number[];
}

/** How long to measure. */
export interface MeasureOptions {
  /** Timed runs of each candidate. */
  readonly rounds: number;
  /** Runs of each candidate before the first timed one. */
  readonly warmups: number;
  /** Clock in ms. Default: `performance.now`. */
  readonly now?: () => number;
}

/**
 * Times candidates in turns, so that what slows the machine down for a while slows all of them down. Every other round
 * goes backwards: nobody always runs after the same neighbour.
 * @param candidates what to time
 * @param options how long
 * @returns one measurement per candidate, in their order
 */
export async function measure(
  candidates: readonly Candidate[],
  { rounds, warmups, now = () => performance.now() }: MeasureOptions,
): Promise<Measurement[]> {
  const timed = candidates.map((candidate) => ({ candidate, samplesMs: [] as number[] }));
  for (let round = -warmups; round < rounds; round++) {
    for (const { candidate, samplesMs } of round % 2 === 0 ? timed : timed.toReversed()) {
      await candidate.prepare?.();
      const startMs = now();
      await candidate.run();
      const elapsedMs = now() - startMs;
      if (round >= 0) samplesMs.push(elapsedMs);
    }
  }
  return timed.map(({ candidate: { name, about }, samplesMs }) => ({ name, about, samplesMs }));
}

/**
 * The middle of some numbers: of an even count, the mean of the two in the middle.
 * @param values at least one
 * @throws {RangeError} without a value
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError("median: expected at least one value, got none");
  return (lower + upper) / 2;
}
