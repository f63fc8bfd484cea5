/**
 * Packs a matrix for `multiply`: lanes (rows of a left factor, columns of a right one) become panels `[depth][width]`,
 * `width` being 4 or 8. Missing lanes of the last panel are zero. Strides count float32.
 */
export function pack(
  source: usize,
  laneStride: usize,
  depthStride: usize,
  lanes: i32,
  depth: i32,
  width: i32,
  target: usize,
): void {
  const laneBytes = laneStride << 2;
  const depthBytes = depthStride << 2;
  const stepBytes = (<usize>width) << 2;
  const whole = lanes >> 2;
  if (laneStride == 1) {
    for (let d = 0; d < depth; d++) packAcross(source + <usize>d * depthBytes, whole, d, depth, width, target);
  } else {
    for (let quad = 0; quad < whole; quad++) {
      const from = source + <usize>quad * 4 * laneBytes;
      const to = quadAddress(target, quad, depth, width);
      if (depthStride == 1) packTransposed(from, laneBytes, depth, to, stepBytes);
      else packScattered(from, laneBytes, depthBytes, 4, depth, to, stepBytes);
    }
  }
  const quads = ((lanes + width - 1) / width) * (width >> 2);
  for (let quad = whole; quad < quads; quad++) {
    const from = source + <usize>quad * 4 * laneBytes;
    const present = max(lanes - quad * 4, 0);
    packScattered(from, laneBytes, depthBytes, present, depth, quadAddress(target, quad, depth, width), stepBytes);
  }
}

/** Where lanes `4 quad` onwards start in the packed matrix. */
export function quadAddress(target: usize, quad: i32, depth: i32, width: i32): usize {
  const quads = width >> 2;
  return target + ((<usize>(quad / quads) * depth * quads + (quad % quads)) << 4);
}

/** One step of depth whose lanes are contiguous. */
function packAcross(from: usize, whole: i32, d: i32, depth: i32, width: i32, target: usize): void {
  const offset = <usize>d * ((<usize>width) << 2);
  for (let quad = 0; quad < whole; quad++) {
    v128.store(quadAddress(target, quad, depth, width) + offset, v128.load(from));
    from += 16;
  }
}

/** Up to four lanes with no order in memory to profit from; the others are zero. */
function packScattered(
  from: usize,
  laneBytes: usize,
  depthBytes: usize,
  present: i32,
  depth: i32,
  to: usize,
  stepBytes: usize,
): void {
  for (let d = 0; d < depth; d++) {
    v128.store(to, f32x4.splat(0));
    for (let lane = 0; lane < present; lane++) {
      store<f32>(to + ((<usize>lane) << 2), load<f32>(from + <usize>lane * laneBytes));
    }
    from += depthBytes;
    to += stepBytes;
  }
}

/** Four lanes that are contiguous along the depth. */
export function packTransposed(source: usize, laneBytes: usize, depth: i32, target: usize, stepBytes: usize): void {
  const s1 = source + laneBytes;
  const s2 = s1 + laneBytes;
  transpose(source, s1, s2, s2 + laneBytes, depth, target, stepBytes);
}

/** Four rows become the four lanes of `count` steps of depth: 4 x 4 transpositions. */
export function transpose(
  s0: usize,
  s1: usize,
  s2: usize,
  s3: usize,
  count: i32,
  target: usize,
  stepBytes: usize,
): void {
  for (; count >= 4; count -= 4) {
    const v0 = v128.load(s0);
    const v1 = v128.load(s1);
    const v2 = v128.load(s2);
    const v3 = v128.load(s3);
    const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    v128.store(target, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    target += stepBytes;
    v128.store(target, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
    target += stepBytes;
    v128.store(target, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    target += stepBytes;
    v128.store(target, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
    target += stepBytes;
    s0 += 16;
    s1 += 16;
    s2 += 16;
    s3 += 16;
  }
  for (; count > 0; count--) {
    store<f32>(target, load<f32>(s0));
    store<f32>(target, load<f32>(s1), 4);
    store<f32>(target, load<f32>(s2), 8);
    store<f32>(target, load<f32>(s3), 12);
    target += stepBytes;
    s0 += 4;
    s1 += 4;
    s2 += 4;
    s3 += 4;
  }
}
