import type { Machine } from "./machine.ts";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Where its cells stand; numbers belong to the right. Default right. */
  readonly align?: "left" | "right";
}

/**
 * Lays rows out for people, each column as wide as its widest cell and two spaces apart.
 * @param columns their titles make the first line
 * @param rows cells in the order of the columns; a missing one is empty
 * @returns lines without trailing spaces
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all.map((row) =>
    columns
      .map(({ align = "right" }, i) => {
        const [cell, width] = [row[i] ?? "", widths[i] ?? 0];
        return align === "left" ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
}

/**
 * A number with as many decimals as leave about three digits that mean something.
 * @param value to show; one that is not finite gives a dash
 */
export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
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
