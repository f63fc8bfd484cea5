import { grouped, inLanguage, type Language } from "../localized.ts";
import type { TableCell, TableOutput } from "../output.ts";
import { padded, visibleWidth, widest } from "./layout.ts";
import type { Style } from "./screen.ts";

const GAP = 2;

/**
 * A table as lines. Where it is wider than the terminal each row becomes a block of `title: value` lines: no entry is
 * ever cut or broken.
 */
export function tableLines(table: TableOutput, width: number, language: Language, style: Style): string[] {
  const titles = table.columns.map(({ title }) => plain(inLanguage(title, language)));
  const rows = table.rows.map((row) => row.map((cell) => cellText(cell, language)));
  const total = table.total?.map((cell) => cellText(cell, language));
  const all = [titles, ...rows, ...(total === undefined ? [] : [total])];
  const widths = titles.map((_, column) => widest(all.map((row) => row[column] ?? "")));
  const whole = widths.reduce((sum, w) => sum + w, 0) + GAP * (widths.length - 1);
  if (whole > width) return stackedLines(titles, [...rows, ...(total === undefined ? [] : [total])], style);
  const line = (row: readonly string[]): string =>
    row.map((text, i) => padded(text, widths[i]!, table.columns[i]!.align)).join(" ".repeat(GAP));
  const rule = style.dim("─".repeat(whole));
  return [
    style.bold(line(titles)),
    rule,
    ...rows.map(line),
    ...(total === undefined ? [] : [rule, style.bold(line(total))]),
  ];
}

/** A shape as the notebook prints it: `(8, 8)`; one axis as `(84,)`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** One entry as text. */
export function cellText(cell: TableCell, language: Language): string {
  if (typeof cell === "number") return Number.isInteger(cell) ? grouped(cell)[language] : String(cell);
  if (typeof cell === "string") return plain(cell);
  return "shape" in cell ? shapeText(cell.shape) : plain(cell[language]);
}

function stackedLines(titles: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  const column = Math.max(...titles.map(visibleWidth));
  return rows.flatMap((row, i) => [
    ...(i === 0 ? [] : [""]),
    ...row.map((text, j) => `${style.bold(padded(titles[j]!, column))}  ${text}`),
  ]);
}

function plain(text: string): string {
  return text.replaceAll("`", "");
}
