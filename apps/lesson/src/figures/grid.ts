import { type Drawing, label, rectangle } from "./svg.ts";

/** One square of a grid. */
export interface GridCell {
  readonly text: string;
  readonly className: string;
}

/** Side of a square, in pixels. */
const CELL = 36;

/** A grid of squares with a caption above it. */
export function grid(rows: readonly (readonly GridCell[])[], caption: string): Drawing {
  const top = 26;
  const width = (rows[0]?.length ?? 0) * CELL;
  const squares = rows.flatMap((row, i) =>
    row.map(({ text, className }, j) => {
      const [x, y] = [j * CELL, top + i * CELL];
      const size = text.length > 5 ? 10 : text.length > 3 ? 12 : 15;
      return rectangle(x, y, CELL, CELL, className) + label(x + CELL / 2, y + CELL / 2, text, { size });
    }),
  );
  const content = label(width / 2, 9, caption, { size: 13, className: "cf-soft" }) + squares.join("");
  return { width, height: top + rows.length * CELL, content };
}
