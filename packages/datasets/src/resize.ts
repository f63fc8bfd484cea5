/** For each output index of one axis: the two source indices and their weights, which add up to 2048. */
interface AxisTable {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly firstWeight: Int32Array;
  readonly secondWeight: Int32Array;
}

const tables = new Map<string, AxisTable>();
const MAX_TABLES = 256;

/**
 * Bilinear resize of a uint8 picture, equal to OpenCV's INTER_LINEAR in every pixel.
 *
 * Output index d reads the source at (d + ½)·src/dst − ½, the edge repeated. The weights are integers out of 2048;
 * both passes are integer arithmetic with OpenCV's truncations in between.
 *
 * @param data h · w · c numbers, HWC.
 * @param h rows of `data`.
 * @param w columns of `data`.
 * @param c channels.
 * @param newH rows wanted.
 * @param newW columns wanted.
 * @returns newH · newW · c numbers, HWC; always a new array.
 * @see OpenCV 5.0.0, cv2.resize(…, interpolation=cv2.INTER_LINEAR).
 */
export function resizeBilinear(
  data: Uint8Array,
  h: number,
  w: number,
  c: number,
  newH: number,
  newW: number,
): Uint8Array<ArrayBuffer> {
  const columns = axisTable(w, newW, true);
  const rows = axisTable(h, newH, false);
  const rowSize = newW * c;

  // Horizontal pass over every source row: 8 bits of pixel and 11 of weight, of which the vertical pass drops 4.
  const across = new Int32Array(h * rowSize);
  for (let y = 0; y < h; y++) {
    const from = y * w * c;
    let to = y * rowSize;
    for (let x = 0; x < newW; x++) {
      const left = from + (columns.first[x] ?? 0) * c;
      const right = from + (columns.second[x] ?? 0) * c;
      const a0 = columns.firstWeight[x] ?? 0;
      const a1 = columns.secondWeight[x] ?? 0;
      for (let k = 0; k < c; k++) across[to++] = ((data[left + k] ?? 0) * a0 + (data[right + k] ?? 0) * a1) >> 4;
    }
  }

  const out = new Uint8Array(newH * rowSize);
  for (let y = 0; y < newH; y++) {
    const above = (rows.first[y] ?? 0) * rowSize;
    const below = (rows.second[y] ?? 0) * rowSize;
    const b0 = rows.firstWeight[y] ?? 0;
    const b1 = rows.secondWeight[y] ?? 0;
    const to = y * rowSize;
    for (let x = 0; x < rowSize; x++) {
      out[to + x] = (((b0 * (across[above + x] ?? 0)) >> 16) + ((b1 * (across[below + x] ?? 0)) >> 16) + 2) >> 2;
    }
  }
  return out;
}

/** Columns pin the fraction to zero at both edges; rows keep it and repeat the edge row instead. */
function axisTable(src: number, dst: number, pinEdges: boolean): AxisTable {
  const key = `${src},${dst},${pinEdges}`;
  const known = tables.get(key);
  if (known !== undefined) return known;

  const scale = 1 / (dst / src);
  const table: AxisTable = {
    first: new Int32Array(dst),
    second: new Int32Array(dst),
    firstWeight: new Int32Array(dst),
    secondWeight: new Int32Array(dst),
  };
  for (let d = 0; d < dst; d++) {
    const position = Math.fround((d + 0.5) * scale - 0.5);
    let index = Math.floor(position);
    let fraction = Math.fround(position - index);
    if (pinEdges && (index < 0 || index >= src - 1)) {
      index = index < 0 ? 0 : src - 1;
      fraction = 0;
    }
    table.first[d] = clamp(index, src);
    table.second[d] = clamp(index + 1, src);
    table.firstWeight[d] = roundHalfEven(Math.fround(1 - fraction) * 2048);
    table.secondWeight[d] = roundHalfEven(fraction * 2048);
  }
  if (tables.size >= MAX_TABLES) tables.clear(); // random crops come in many sizes
  tables.set(key, table);
  return table;
}

function clamp(index: number, size: number): number {
  return Math.min(Math.max(index, 0), size - 1);
}

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
