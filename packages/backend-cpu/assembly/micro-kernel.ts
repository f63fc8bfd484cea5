/** Rows of a tile of the product: lanes of a packed left panel. */
export const ROWS: i32 = 4;
/** Columns of a tile of the product: lanes of a packed right panel. */
export const COLUMNS: i32 = 8;

/**
 * One 4 x 8 tile of a matrix product: `c (+)= a b`, with `a` packed `[depth][4]` and `b` packed `[depth][8]`.
 *
 * Eight accumulators, two vectors of `b`, one broadcast and one product are twelve registers. V8 has fifteen to give;
 * larger tiles, or two steps of depth a turn, make it spill and cost a third of the speed.
 */
export function tile(a: usize, b: usize, c: usize, rowBytes: usize, depth: i32, accumulate: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = a + <usize>depth * 16;
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    const a1 = v128.load_splat<f32>(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a1, b0));
    c11 = f32x4.add(c11, f32x4.mul(a1, b1));
    const a2 = v128.load_splat<f32>(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a2, b0));
    c21 = f32x4.add(c21, f32x4.mul(a2, b1));
    const a3 = v128.load_splat<f32>(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a3, b0));
    c31 = f32x4.add(c31, f32x4.mul(a3, b1));
    a += 16;
    b += 32;
  }
  storeRow(c, c00, c01, accumulate);
  c += rowBytes;
  storeRow(c, c10, c11, accumulate);
  c += rowBytes;
  storeRow(c, c20, c21, accumulate);
  c += rowBytes;
  storeRow(c, c30, c31, accumulate);
}

function storeRow(c: usize, left: v128, right: v128, accumulate: bool): void {
  if (accumulate) {
    left = f32x4.add(v128.load(c), left);
    right = f32x4.add(v128.load(c, 16), right);
  }
  v128.store(c, left);
  v128.store(c, right, 16);
}
