/** The logarithm of `1 + u` for u from -0.5 to 1: `2 artanh(u / (2 + u))` by its series, right to a unit in the last place. */
export const LOG1P = `
fn log1p(u: f32) -> f32 {
  let s = u / (2.0 + u);
  let z = s * s;
  let tail = 1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0 + z / 15.0)))));
  return 2.0 * s + 2.0 * s * (z * tail);
}`;
