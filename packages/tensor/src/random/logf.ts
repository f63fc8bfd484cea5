/**
 * 1 / c and ln c for a point c in each sixteenth of an octave, beginning at 0.69921875. The points are chosen so that
 * both numbers are close to float64.
 */
const POINTS: readonly (readonly [inverse: number, log: number])[] = [
  [1.398907162146528, -0.33569133332882284],
  [1.3403141896637998, -0.2929040563774074],
  [1.286432210124115, -0.2518726580937369],
  [1.2367150214269895, -0.21245868807117255],
  [1.1906977166711752, -0.17453945183745634],
  [1.1479821020556429, -0.1380057072319758],
  [1.1082251448272158, -0.10275976698545139],
  [1.0711297413057381, -0.06871392447020525],
  [1.036437278977283, -0.0357891387398228],
  [1, 0],
  [0.9492859795739057, 0.05204517742929496],
  [0.8951049428609004, 0.11081431298787942],
  [0.8476821620351103, 0.1652495223695143],
  [0.8050314851692001, 0.21687389031699977],
  [0.7664671008843108, 0.2659635028121397],
  [0.731428603316328, 0.3127556664073557],
];
const INVERSES = Float64Array.from(POINTS, ([inverse]) => inverse);
const LOGS = Float64Array.from(POINTS, ([, log]) => log);
/** Bits of the float32 where the table begins. */
const FIRST = 0x3f330000;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/**
 * The natural logarithm of a positive, normal float32 as C libraries compute it: `ln x = k ln 2 + ln c + ln(1 + r)` with
 * `x = 2^k z`, `r = z / c - 1` and a polynomial of degree 4, in float64, rounded to float32 at the end.
 *
 * It errs by up to 0.82 units in the last place, so it is not always the nearest float32: one value in 140 differs from
 * `Math.fround(Math.log(x))`.
 *
 * @see ARM Optimized Routines, `logf` (2018); glibc has it since 2.27, and Linux programs with it
 */
export function logf(x: number): number {
  float[0] = x;
  const offset = bits[0]! - FIRST;
  const point = (offset >> 19) & 15;
  const k = offset >> 23;
  bits[0] = bits[0]! - (k << 23);
  const r = float[0] * INVERSES[point]! - 1;
  const square = r * r;
  const tail = -0.25089342214237154 * square + (0.333456765744066 * r - 0.4999997485802103);
  return Math.fround(tail * square + (LOGS[point]! + k * Math.LN2 + r));
}
