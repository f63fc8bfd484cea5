/**
 * Sums of `[n, channels, positions]` over all axes but channels. Every row of positions is summed in sixteen float32
 * parts, the rows in float64: the error does not grow with the batch.
 */
export function sumChannels(dy: usize, n: i32, channels: i32, positions: i32, sums: usize): void {
  for (let channel = 0; channel < channels; channel++) {
    let sum: f64 = 0;
    for (let image = 0; image < n; image++) {
      sum += sumRow(dy + (((<usize>image * channels + channel) * positions) << 2), positions);
    }
    store<f32>(sums + ((<usize>channel) << 2), <f32>sum);
  }
}

function sumRow(row: usize, count: i32): f64 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (; count >= 16; count -= 16) {
    s0 = f32x4.add(s0, v128.load(row));
    s1 = f32x4.add(s1, v128.load(row, 16));
    s2 = f32x4.add(s2, v128.load(row, 32));
    s3 = f32x4.add(s3, v128.load(row, 48));
    row += 64;
  }
  for (; count >= 4; count -= 4) {
    s0 = f32x4.add(s0, v128.load(row));
    row += 16;
  }
  const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  let sum = <f64>f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1);
  sum += <f64>f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3);
  for (; count > 0; count--) {
    sum += load<f32>(row);
    row += 4;
  }
  return sum;
}
