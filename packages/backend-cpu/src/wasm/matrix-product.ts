import { COLUMNS, ROWS, largest, roundUpColumns, roundUpRows, split, splitDepth } from "./blocks.ts";
import { NO_BIAS } from "./activation.ts";
import type { HeapBackend } from "./heap-backend.ts";
import type { Address } from "./module.ts";

/** A factor's element `(i, j)` is float32 number `i * row + j * column` from its address. */
export interface Factor {
  readonly address: Address;
  readonly row: number;
  readonly column: number;
}

/** What a product is finished with. */
export interface Finish {
  /** One number for each column, contiguous. */
  readonly bias?: Address;
  readonly activation: number;
}

const MAX_ROWS = 256;
const MAX_COLUMNS = 256;

/** `c = activation(a b + bias)`: `a` is `[m, k]`, `b` is `[k, n]`, `c` is `[m, n]` row-major. Any strides in, so any transposes. */
export function matrixProduct(
  backend: HeapBackend,
  a: Factor,
  b: Factor,
  c: Address,
  m: number,
  n: number,
  k: number,
  { bias, activation }: Finish = { activation: 0 },
): void {
  const { kernels } = backend;
  const depths = splitDepth(k);
  const rowBlocks = split(m, MAX_ROWS, ROWS);
  const columnBlocks = split(n, MAX_COLUMNS, COLUMNS);
  const depth = largest(depths);
  const rows = roundUpRows(largest(rowBlocks));
  const columns = roundUpColumns(largest(columnBlocks));
  const rowBytes = columns * 4;
  backend.scratch.lend([rows * depth * 4, depth * rowBytes, rows * rowBytes], (left, right, result) => {
    for (const rowBlock of rowBlocks) {
      for (const columnBlock of columnBlocks) {
        if (bias !== undefined) {
          kernels.copyRows(bias + columnBlock.start * 4, 0, result, rowBytes, rowBlock.size, columnBlock.size);
        }
        for (const { start, size } of depths) {
          const aBlock = a.address + (rowBlock.start * a.row + start * a.column) * 4;
          const bBlock = b.address + (start * b.row + columnBlock.start * b.column) * 4;
          kernels.pack(aBlock, a.row, a.column, rowBlock.size, size, ROWS, left);
          kernels.pack(bBlock, b.column, b.row, columnBlock.size, size, COLUMNS, right);
          const rowPanels = roundUpRows(rowBlock.size) / ROWS;
          const columnPanels = roundUpColumns(columnBlock.size) / COLUMNS;
          const accumulates = bias !== undefined || start > 0;
          kernels.multiply(left, right, result, rowBytes, rowPanels, columnPanels, size, accumulates);
        }
        if (activation !== 0) kernels.activate(result, result, rowBlock.size * columns, NO_BIAS, activation);
        const target = c + (rowBlock.start * n + columnBlock.start) * 4;
        kernels.copyRows(result, rowBytes, target, n * 4, rowBlock.size, columnBlock.size);
      }
    }
  });
}
