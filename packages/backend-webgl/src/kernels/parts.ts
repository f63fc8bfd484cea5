/** Products that one sum takes before sums are added up: long sums round more, and leave a GPU less to do at once. */
const PRODUCTS_OF_A_PART = 512;

/** Fragments that keep a GPU busy. */
const ENOUGH_FRAGMENTS = 2 ** 15;

/** Rows of a result over which one fragment sums. @param fragments how many there are for each part */
export function linesOfAPart(lines: number, columns: number, fragments: number): number {
  const most = Math.max(1, Math.floor(PRODUCTS_OF_A_PART / columns));
  const forEnough = Math.ceil((lines * fragments) / ENOUGH_FRAGMENTS);
  return Math.max(1, Math.min(most, forEnough, lines));
}
