/** For each number of an output index of one axis: the two source numbers and their weights, which add up to 2048. */
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
  const columns = axisTable(w, newW, true, c);
  const rows = axisTable(h, newH, false);
  const rowSize = newW * c;

  // Horizontal pass over every source row: 8 bits of pixel and 11 of weight, of which the vertical pass drops 4.
  const across = scratchOf(h * rowSize);
  const { first: left, second: right, firstWeight: leftWeight, secondWeight: rightWeight } = columns;
  for (let y = 0, from = 0, to = 0; y < h; y++, from += w * c, to += rowSize) {
    for (let x = 0; x < rowSize; x++) {
      const sum =
        Math.imul(data[from + left[x]!]!, leftWeight[x]!) + Math.imul(data[from + right[x]!]!, rightWeight[x]!);
      across[to + x] = sum >> 4;
    }
  }

  const out = new Uint8Array(newH * rowSize);
  for (let y = 0, to = 0; y < newH; y++, to += rowSize) {
    const above = rows.first[y]! * rowSize;
    const below = rows.second[y]! * rowSize;
    const b0 = rows.firstWeight[y]!;
    const b1 = rows.secondWeight[y]!;
    for (let x = 0; x < rowSize; x++) {
      out[to + x] = ((Math.imul(b0, across[above + x]!) >> 16) + (Math.imul(b1, across[below + x]!) >> 16) + 2) >> 2;
    }
  }
  return out;
}

let scratch = new Int32Array(0);

/** Room for so many numbers at least, which no call has for longer than it lasts: a new one takes as long as a small picture. */
function scratchOf(size: number): Int32Array {
  if (scratch.length < size) scratch = new Int32Array(size);
  return scratch;
}

/**
 * Columns pin the fraction to zero at both edges; rows keep it and repeat the edge row instead.
 * @param c numbers side by side at each index, which have entries of their own.
 */
function axisTable(src: number, dst: number, pinEdges: boolean, c = 1): AxisTable {
  const key = `${src},${dst},${pinEdges},${c}`;
  const known = tables.get(key);
  if (known !== undefined) return known;

  const scale = 1 / (dst / src);
  const table: AxisTable = {
    first: new Int32Array(dst * c),
    second: new Int32Array(dst * c),
    firstWeight: new Int32Array(dst * c),
    secondWeight: new Int32Array(dst * c),
  };
  for (let d = 0; d < dst; d++) {
    const position = Math.fround((d + 0.5) * scale - 0.5);
    let index = Math.floor(position);
    let fraction = Math.fround(position - index);
    if (pinEdges && (index < 0 || index >= src - 1)) {
      index = index < 0 ? 0 : src - 1;
      fraction = 0;
    }
    for (let k = 0; k < c; k++) {
      table.first[d * c + k] = clamp(index, src) * c + k;
      table.second[d * c + k] = clamp(index + 1, src) * c + k;
    }
    table.firstWeight.fill(roundHalfEven(Math.fround(1 - fraction) * 2048), d * c, d * c + c);
    table.secondWeight.fill(roundHalfEven(fraction * 2048), d * c, d * c + c);
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
