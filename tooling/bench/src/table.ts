import type { Machine } from "./machine.ts";
import { median, type Measurement } from "./measure.ts";

/** Work of one run, e.g. `{ amount: 0.27, unit: "GFLOP" }`: the table then shows it per second. */
export interface Work {
  readonly amount: number;
  readonly unit: string;
}

/**
 * Lays measurements out for people: median, least and greatest time, and how many times the first candidate's median.
 * @param measurements in the order to show
 * @param work of one run; without it there is no rate
 * @returns lines
 */
export function table(measurements: readonly Measurement[], work?: Work): string[] {
  const first = measurements[0] === undefined ? Number.NaN : median(measurements[0].samplesMs);
  const header = ["", "median ms", "min ms", "max ms", "times first", ...(work ? [`${work.unit}/s`] : []), "on"];
  const rows = measurements.map(({ name, about, samplesMs }) => {
    const middle = median(samplesMs);
    const times = [middle, Math.min(...samplesMs), Math.max(...samplesMs)].map((ms) => ms.toFixed(3));
    const rate = work ? [(work.amount / (middle / 1000)).toFixed(1)] : [];
    return [name, ...times, (middle / first).toFixed(2), ...rate, about];
  });
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column, row.length))
      .join("  ")
      .trimEnd(),
  );
}

/** Names and descriptions stand on the left, numbers on the right. */
function pad(cell: string, width: number, column: number, columns: number): string {
  return column === 0 || column === columns - 1 ? cell.padEnd(width) : cell.padStart(width);
}

/**
 * The machine in two lines.
 * @param machine to describe
 */
export function machineLines({ cpu, features, threads, memoryGiB, system, node, v8, load }: Machine): string[] {
  return [
    `${cpu}, ${threads} threads, ${memoryGiB} GiB, load ${load}; ${system}; Node ${node}, V8 ${v8}`,
    `instruction sets: ${features.join(" ") || "unknown"}`,
  ];
}
