import type { OpCase } from "../ops/case.ts";
import type { Measurement } from "../process/turns.ts";
import { type Summary, summarize } from "../statistics.ts";
import { table, threeDigits } from "../table.ts";

/** Below this share of the best peer's speed an operation is listed as slow. */
const SLOW = 0.8;
/** Results of the same float32 work may differ by rounding, not by more. */
const SAME_RESULT = 1e-3;

/** One candidate's times of one operation. */
type OpTimes = Summary & { readonly name: string };

/** An operation's result, as it goes into the table and the file. */
export interface OpRow {
  readonly name: string;
  readonly work: OpCase["work"];
  /** Undefined where it could not be measured. */
  readonly ours: OpTimes | undefined;
  /** The fastest of the others by its median. */
  readonly best: OpTimes | undefined;
  /** All that were measured. */
  readonly candidates: readonly (OpTimes & Pick<Measurement, "timesMs">)[];
  /** Why something is missing or not comparable. */
  readonly problems: readonly string[];
}

/**
 * Sets one operation's measurements side by side.
 * @param opCase that was measured
 * @param measurements ours first
 */
export function opRow({ name, work }: OpCase, measurements: readonly Measurement[]): OpRow {
  const measured = measurements.filter(({ timesMs }) => timesMs.length > 0);
  const candidates = measured.map((one) => ({ name: one.name, timesMs: one.timesMs, ...summarize(one.timesMs) }));
  const ours = candidates.find((one) => one.name === measurements[0]?.name);
  const peers = candidates.filter((one) => one !== ours).toSorted((a, b) => a.medianMs - b.medianMs);
  const failures = measurements.flatMap((one) => (one.failure === undefined ? [] : [`${one.name}: ${one.failure}`]));
  return { name, work, ours, best: peers[0], candidates, problems: [...failures, ...differences(measured)] };
}

/** Candidates whose result is not ours. */
function differences([ours, ...peers]: readonly Measurement[]): string[] {
  const expected = ours?.losses[0];
  if (expected === undefined) return [];
  return peers.flatMap(({ name, losses: [got] }) => {
    if (got === undefined || Math.abs(got - expected) <= SAME_RESULT * Math.abs(expected)) return [];
    return [`${name}: expected a result of mean size ${expected.toPrecision(6)}, got ${got.toPrecision(6)}`];
  });
}

/** How many times as fast as the best peer ours is; NaN where one of them is missing. */
export function ratio({ ours, best }: OpRow, by: "medianMs" | "minMs"): number {
  return (best?.[by] ?? Number.NaN) / (ours?.[by] ?? Number.NaN);
}

/**
 * The operations for people.
 * @param rows in the order to show
 * @returns lines
 */
export function opsTable(rows: readonly OpRow[]): string[] {
  const columns = [
    { title: "", align: "left" as const },
    { title: "ms" },
    { title: "min" },
    { title: "rate" },
    { title: "", align: "left" as const },
    { title: "peer ms" },
    { title: "min" },
    { title: "times" },
    { title: "by min" },
    { title: "best peer", align: "left" as const },
  ];
  const cells = rows.map((row) => {
    const { name, work, ours, best } = row;
    return [
      name,
      ...[ours?.medianMs, ours?.minMs, work.amount / ((ours?.medianMs ?? Number.NaN) / 1000)].map(shown),
      `${work.unit}/s`,
      ...[best?.medianMs, best?.minMs, ratio(row, "medianMs"), ratio(row, "minMs")].map(shown),
      best?.name ?? "",
    ];
  });
  return table(columns, cells);
}

/**
 * What is slow beside the best peer, and what could not be measured.
 * @param rows of the table
 */
export function opsRemarks(rows: readonly OpRow[]): string[] {
  const compared = rows.filter((row) => Number.isFinite(ratio(row, "medianMs")));
  const slow = compared
    .filter((row) => ratio(row, "medianMs") < SLOW)
    .toSorted((a, b) => ratio(a, "medianMs") - ratio(b, "medianMs"));
  const problems = rows.flatMap(({ name, problems: all }) => all.map((problem) => `${name}: ${problem}`));
  return [
    ...(compared.length === 0 ? [] : ["", `${slow.length} of ${compared.length} below ${SLOW} of the best peer`]),
    ...slow.map((row) => {
      return `  ${ratio(row, "medianMs").toFixed(2)} (${ratio(row, "minMs").toFixed(2)} by least times)  ${row.name}`;
    }),
    ...(problems.length === 0
      ? []
      : ["", "not measured, or not the same result", ...problems.map((one) => `  ${one}`)]),
  ];
}

const shown = (value: number | undefined) => threeDigits(value ?? Number.NaN);
