/** Rows and columns of a grid. */
export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

/** A cell of a grid. */
export type GridPosition = readonly [row: number, column: number];

/**
 * Where a key leads: arrows to the neighbour, Home and End to the ends of the row, with Control to those of the grid.
 * Undefined for keys that move nothing; at an edge a step stays where it is.
 */
export function moved(
  key: string,
  isControl: boolean,
  [row, column]: GridPosition,
  { rows, columns }: GridSize,
): GridPosition | undefined {
  switch (key) {
    case "ArrowUp":
      return [Math.max(0, row - 1), column];
    case "ArrowDown":
      return [Math.min(rows - 1, row + 1), column];
    case "ArrowLeft":
      return [row, Math.max(0, column - 1)];
    case "ArrowRight":
      return [row, Math.min(columns - 1, column + 1)];
    case "Home":
      return isControl ? [0, 0] : [row, 0];
    case "End":
      return isControl ? [rows - 1, columns - 1] : [row, columns - 1];
    default:
      return undefined;
  }
}

/** The next cell, row by row; after the last one the first. */
export function following([row, column]: GridPosition, size: GridSize, step: 1 | -1 = 1): GridPosition {
  const count = size.rows * size.columns;
  const index = (row * size.columns + column + step + count) % count;
  return [Math.floor(index / size.columns), index % size.columns];
}
