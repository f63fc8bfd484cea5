import type { ElementFormat } from "./elements.ts";

/** Columns of a printed line. */
const LINE_WIDTH = 75;
/** Arrays of more elements are shown by their edges. */
const THRESHOLD = 1000;
/** Elements shown at each end of an axis that is cut. */
const EDGE_ITEMS = 3;

/** Row-major values with a shape. */
export interface Grid {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The indices along one axis that are shown; `undefined` stands for the gap. */
function shownIndices(size: number, cut: boolean): (number | undefined)[] {
  const all = (begin: number, end: number) => Array.from({ length: end - begin }, (_, i) => begin + i);
  if (!cut || size <= 2 * EDGE_ITEMS) return all(0, size);
  return [...all(0, EDGE_ITEMS), undefined, ...all(size - EDGE_ITEMS, size)];
}

function isCut({ values }: Grid): boolean {
  return values.length > THRESHOLD;
}

/** The values that will be printed: they alone decide on the form of the elements. */
export function shownValues(grid: Grid): number[] {
  const { values, shape } = grid;
  let offsets = [0];
  let stride = values.length;
  for (const size of shape) {
    stride /= size;
    const indices = shownIndices(size, isCut(grid)).filter((index) => index !== undefined);
    offsets = offsets.flatMap((offset) => indices.map((index) => offset + index * stride));
  }
  return offsets.map((offset) => values[offset]!);
}

/** Writes the brackets: rows below one another, a blank line more for each further axis, long rows wrapped. */
export function bracketed(grid: Grid, format: ElementFormat): string {
  const { values, shape } = grid;
  const rank = shape.length;

  /** The block at an offset; `depth` axes have been opened around it. */
  const block = (depth: number, offset: number, stride: number): string => {
    const size = shape[depth]!;
    const indices = shownIndices(size, isCut(grid));
    const indent = " ".repeat(depth + 1);
    if (depth === rank - 1) {
      const words = indices.map((index) => (index === undefined ? "..." : format(values[offset + index]!)));
      return `[${wrapped(words, indent, LINE_WIDTH - depth - 1)}]`;
    }
    const inner = stride / shape[depth + 1]!;
    const blocks = indices.map((index) =>
      index === undefined ? "..." : block(depth + 1, offset + index * stride, inner),
    );
    return `[${blocks.join("\n".repeat(rank - depth - 1) + indent)}]`;
  };
  return block(0, 0, values.length / shape[0]!);
}

/** Joins words by spaces into lines of at most `width` columns; the first line lacks its indent. */
function wrapped(words: readonly string[], indent: string, width: number): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    if (line.length + word.length > width && line.length > indent.length) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  lines.push(line.slice(0, -1));
  return lines.join("\n").slice(indent.length);
}
