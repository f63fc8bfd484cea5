import { grouped, inLanguage, type Language } from "../localized.ts";
import type { TableCell, TableOutput } from "../output.ts";
import { shapeText } from "../shape-text.ts";
import { padded, visibleWidth, widest, wrapped } from "./layout.ts";
import type { Style } from "./screen.ts";

const GAP = 2;

/** The narrowest column in which the last texts of a wide table are broken into lines. */
const NARROWEST_TEXT = 28;

/**
 * A table as lines. Where it is wider than the terminal the texts of its last column are broken at blanks, or else each
 * row becomes a block of `title: value` lines. Nothing is cut, and no shape is broken.
 */
export function tableLines(table: TableOutput, width: number, language: Language, style: Style): string[] {
  const titles = table.columns.map(({ title }) => plain(inLanguage(title, language)));
  const rows = table.rows.map((row) => row.map((cell) => cellText(cell, language)));
  const total = table.total?.map((cell) => cellText(cell, language));
  const all = [titles, ...rows, ...(total === undefined ? [] : [total])];
  const widths = titles.map((_, column) => widest(all.map((row) => row[column] ?? "")));
  const others = widths.slice(0, -1).reduce((sum, w) => sum + w + GAP, 0);
  const last = Math.min(widths.at(-1)!, width - others);
  if (last < widths.at(-1)! && (last < NARROWEST_TEXT || hasShapesAtEnd(table))) {
    return stackedLines(titles, all.slice(1), style);
  }
  widths.splice(-1, 1, last);
  const lines = (row: readonly string[]): string[] => {
    const start = row
      .slice(0, -1)
      .map((text, i) => padded(text, widths[i]!, table.columns[i]!.align) + " ".repeat(GAP));
    const end = wrapped(row.at(-1)!, last).map((text) => padded(text, last, table.columns.at(-1)!.align));
    return end.map((text, i) => (i === 0 ? start.join("") : " ".repeat(others)) + text);
  };
  const rule = style.dim("─".repeat(others + last));
  return [
    ...(titles.every((title) => title === "") ? [] : [...lines(titles).map(style.bold), rule]),
    ...rows.flatMap(lines),
    ...(total === undefined ? [] : [rule, ...lines(total).map(style.bold)]),
  ];
}

function hasShapesAtEnd({ rows }: TableOutput): boolean {
  return rows.some((row) => typeof row.at(-1) === "object" && "shape" in (row.at(-1) as object));
}

/** One entry as text. */
function cellText(cell: TableCell, language: Language): string {
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
