import { Geometry } from "./geometry";
import { COLUMNS } from "./micro-kernel";
import { packTransposed, quadAddress } from "./pack";
import { gatherQuads, isDirect, staysInside, transposeTaps } from "./direct";
import { copy, gatherTap, scatterTap, zero } from "./taps";

/**
 * Packs the right factor of `weight * im2col(x)`: taps `k0` to `k1` are the depth, columns `q0` to `q1` the lanes.
 * `row` is scratch for one row of columns.
 */
export function gatherColumns(
  g: Geometry,
  x: usize,
  channel0: i32,
  k0: i32,
  k1: i32,
  q0: i32,
  q1: i32,
  row: usize,
  target: usize,
): void {
  const panels = (q1 - q0 + COLUMNS - 1) / COLUMNS;
  const panelBytes = <usize>(k1 - k0) * COLUMNS * 4;
  const isWhole = g.outW % 4 == 0 && q0 % 4 == 0 && (q1 - q0) % COLUMNS == 0;
  zero(row + ((<usize>(q1 - q0)) << 2), panels * COLUMNS - (q1 - q0));
  for (let k = k0; k < k1; k++) {
    let to = target + <usize>(k - k0) * COLUMNS * 4;
    if (isWhole && staysInside(g, k)) {
      gatherQuads(g, x, channel0, k, q0, q1, to, panelBytes);
      continue;
    }
    gatherTap(g, x, channel0, k, q0, q1, row);
    let from = row;
    for (let panel = 0; panel < panels; panel++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += COLUMNS * 4;
      to += panelBytes;
    }
  }
}

/**
 * Packs a factor whose depth are the columns `q0` to `q1` and whose lanes are the taps `k0` to `k1`, in panels of
 * `width` (4 or 8). `rows` is scratch for four rows of columns.
 */
export function gatherTaps(
  g: Geometry,
  x: usize,
  channel0: i32,
  k0: i32,
  k1: i32,
  q0: i32,
  q1: i32,
  width: i32,
  rows: usize,
  target: usize,
): void {
  const depth = q1 - q0;
  const rowBytes = (<usize>depth) << 2;
  const quads = ((k1 - k0 + width - 1) / width) * (width >> 2);
  const direct = isDirect(g);
  for (let quad = 0; quad < quads; quad++) {
    const k = k0 + quad * 4;
    const place = quadAddress(target, quad, depth, width);
    if (direct && k + 4 <= k1) {
      transposeTaps(g, x, channel0, k, q0, q1, place, (<usize>width) << 2);
      continue;
    }
    for (let lane = 0; lane < 4; lane++) {
      const row = rows + <usize>lane * rowBytes;
      if (k + lane < k1) gatherTap(g, x, channel0, k + lane, q0, q1, row);
      else zero(row, depth);
    }
    packTransposed(rows, rowBytes, depth, place, (<usize>width) << 2);
  }
}

/** col2im: adds the rows of `columns`, one for each tap `k0` to `k1`, back onto `x`. */
export function scatterColumns(
  g: Geometry,
  x: usize,
  channel0: i32,
  k0: i32,
  k1: i32,
  q0: i32,
  q1: i32,
  columns: usize,
  rowBytes: usize,
): void {
  for (let k = k0; k < k1; k++) {
    scatterTap(g, x, channel0, k, q0, q1, columns + <usize>(k - k0) * rowBytes);
  }
}

/** Writes rows of a product to channels `channel0` onwards of a batch `[n, channels, positions]`. */
export function writeChannels(
  rows: usize,
  rowBytes: usize,
  count: i32,
  q0: i32,
  q1: i32,
  y: usize,
  channels: i32,
  channel0: i32,
  positions: i32,
): void {
  for (let q = q0; q < q1;) {
    const image = q / positions;
    const run = min((image + 1) * positions, q1) - q;
    for (let r = 0; r < count; r++) {
      const line = <usize>image * channels + channel0 + r;
      const to = y + ((line * positions + (q - image * positions)) << 2);
      copy(rows + <usize>r * rowBytes + ((<usize>(q - q0)) << 2), run, to);
    }
    q += run;
  }
}

/** Copies `rows` rows of `count` float32 between places with their own distance from row to row. */
export function copyRows(from: usize, fromBytes: usize, to: usize, toBytes: usize, rows: i32, count: i32): void {
  for (let row = 0; row < rows; row++) {
    copy(from, count, to);
    from += fromBytes;
    to += toBytes;
  }
}
