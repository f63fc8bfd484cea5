import { COLUMNS, ROWS, tile } from "./micro-kernel";

/** Panels of the left factor that stay in the second-level cache while the right factor's panels pass. */
const ROW_PANELS_A_BLOCK: i32 = 16;

/**
 * Product of packed factors, `c (+)= a b`.
 *
 * `a` holds `rowPanels` panels `[depth][4]`, `b` holds `columnPanels` panels `[depth][8]`, and `c` has
 * `4 rowPanels` rows of `rowBytes` bytes each, every one with room for `8 columnPanels` float32.
 */
export function multiply(
  a: usize,
  b: usize,
  c: usize,
  rowBytes: usize,
  rowPanels: i32,
  columnPanels: i32,
  depth: i32,
  accumulate: bool,
): void {
  const aPanelBytes = <usize>depth * ROWS * 4;
  const bPanelBytes = <usize>depth * COLUMNS * 4;
  for (let block = 0; block < rowPanels; block += ROW_PANELS_A_BLOCK) {
    const end = min(block + ROW_PANELS_A_BLOCK, rowPanels);
    for (let column = 0; column < columnPanels; column++) {
      const bPanel = b + <usize>column * bPanelBytes;
      const cColumn = c + <usize>column * COLUMNS * 4;
      for (let row = block; row < end; row++) {
        const aPanel = a + <usize>row * aPanelBytes;
        tile(aPanel, bPanel, cColumn + <usize>row * ROWS * rowBytes, rowBytes, depth, accumulate);
      }
    }
  }
}
