/** For each number of an output index of one axis: the two source numbers and their weights, which add up to 2048. */
interface AxisTable {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly firstWeight: Int32Array;
  readonly secondWeight: Int32Array;
  /** Each source index that has a weight, once, ascending: few of many where a large picture becomes small. */
  readonly sources: Int32Array;
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
  const rowPairs = Math.ceil(rowSize / 2);

  // Horizontal pass, two columns at a time down the source rows: their weights stay in registers. 8 bits of pixel and 11 of
  // weight make 19, of which the vertical pass drops 4; two numbers of 15 bits share a word.
  const across = scratchOf(h * rowPairs);
  const { sources } = rows;
  const { first: left, second: right, secondWeight: rightWeight } = columns;
  for (let pair = 0; pair < rowPairs; pair++) {
    const x = 2 * pair;
    const next = Math.min(x + 1, rowSize - 1);
    const left0 = left[x]!;
    const left1 = left[next]!;
    const right0 = right[x]!;
    const right1 = right[next]!;
    const weight0 = rightWeight[x]!;
    const weight1 = rightWeight[next]!;
    for (let i = 0; i < sources.length; i++) {
      const y = sources[i]!;
      const from = Math.imul(y, w * c);
      const pixel0 = data[from + left0]!;
      const pixel1 = data[from + left1]!;
      // Weights add up to 2048, so one product will do for two.
      const low = (pixel0 << 7) + (Math.imul(data[from + right0]! - pixel0, weight0) >> 4);
      const high = (pixel1 << 7) + (Math.imul(data[from + right1]! - pixel1, weight1) >> 4);
      across[Math.imul(y, rowPairs) + pair] = low | (high << 16);
    }
  }

  const out = new Uint8Array(newH * rowSize);
  for (let y = 0, to = 0; y < newH; y++, to += rowSize) {
    const above = rows.first[y]! * rowPairs;
    const below = rows.second[y]! * rowPairs;
    const b0 = rows.firstWeight[y]!;
    const b1 = rows.secondWeight[y]!;
    for (let pair = 0, x = to; pair < rowPairs; pair++, x += 2) {
      const a = across[above + pair]!;
      const b = across[below + pair]!;
      out[x] = ((Math.imul(b0, a & 0xffff) >> 16) + (Math.imul(b1, b & 0xffff) >> 16) + 2) >> 2;
      // Behind an odd row stands what the next one overwrites; behind the last, nothing is written.
      out[x + 1] = ((Math.imul(b0, a >>> 16) >> 16) + (Math.imul(b1, b >>> 16) >> 16) + 2) >> 2;
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
  const sources = new Int32Array(src);
  let sourceCount = 0;
  let lastSource = -1;
  const table = {
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
    const first = clamp(index, src);
    const second = clamp(index + 1, src);
    // Indices never fall, and the second is the first or its neighbour: what is not above the last one is there already.
    if (first > lastSource) sources[sourceCount++] = lastSource = first;
    if (second > lastSource) sources[sourceCount++] = lastSource = second;
    for (let k = 0; k < c; k++) {
      table.first[d * c + k] = first * c + k;
      table.second[d * c + k] = second * c + k;
    }
    table.firstWeight.fill(roundHalfEven(Math.fround(1 - fraction) * 2048), d * c, d * c + c);
    table.secondWeight.fill(roundHalfEven(fraction * 2048), d * c, d * c + c);
  }
  const whole = { ...table, sources: sources.slice(0, sourceCount) };
  if (tables.size >= MAX_TABLES) tables.clear(); // random crops come in many sizes
  tables.set(key, whole);
  return whole;
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
