/** `-lr clip(rescale g)`; a `clip` of 0 means none. */
function descent(g: v128, learningRate: v128, rescale: v128, clip: v128, clips: bool): v128 {
  let scaled = f32x4.mul(g, rescale);
  if (clips) scaled = f32x4.max(f32x4.min(scaled, clip), f32x4.neg(clip));
  return f32x4.neg(f32x4.mul(learningRate, scaled));
}

/** `w <- (1 - lr wd) w - lr clip(rescale g)`, in place. `keep` is `1 - lr wd`. */
export function sgd(w: usize, g: usize, count: i32, lr: f32, keep: f32, rescale: f32, clip: f32): void {
  const rate = f32x4.splat(lr);
  const kept = f32x4.splat(keep);
  const scale = f32x4.splat(rescale);
  const bound = f32x4.splat(clip);
  const clips = clip > 0;
  for (; count >= 4; count -= 4) {
    const step = descent(v128.load(g), rate, scale, bound, clips);
    v128.store(w, f32x4.add(f32x4.mul(kept, v128.load(w)), step));
    w += 16;
    g += 16;
  }
  for (; count > 0; count--) {
    const step = descent(v128.load_splat<f32>(g), rate, scale, bound, clips);
    v128.store_lane<f32>(w, f32x4.add(f32x4.mul(kept, v128.load_splat<f32>(w)), step), 0);
    w += 4;
    g += 4;
  }
}

/** `m <- momentum m - lr wd w - lr clip(rescale g)`, `w <- w + m`, both in place. `decay` is `lr wd`. */
export function sgdMomentum(
  w: usize,
  g: usize,
  m: usize,
  count: i32,
  lr: f32,
  momentum: f32,
  decay: f32,
  rescale: f32,
  clip: f32,
): void {
  const rate = f32x4.splat(lr);
  const inertia = f32x4.splat(momentum);
  const lost = f32x4.splat(decay);
  const scale = f32x4.splat(rescale);
  const bound = f32x4.splat(clip);
  const clips = clip > 0;
  for (; count >= 4; count -= 4) {
    const weight = v128.load(w);
    const step = descent(v128.load(g), rate, scale, bound, clips);
    const kept = f32x4.sub(f32x4.mul(inertia, v128.load(m)), f32x4.mul(lost, weight));
    const speed = f32x4.add(kept, step);
    v128.store(m, speed);
    v128.store(w, f32x4.add(weight, speed));
    w += 16;
    g += 16;
    m += 16;
  }
  for (; count > 0; count--) {
    const weight = v128.load_splat<f32>(w);
    const step = descent(v128.load_splat<f32>(g), rate, scale, bound, clips);
    const kept = f32x4.sub(f32x4.mul(inertia, v128.load_splat<f32>(m)), f32x4.mul(lost, weight));
    const speed = f32x4.add(kept, step);
    v128.store_lane<f32>(m, speed, 0);
    v128.store_lane<f32>(w, f32x4.add(weight, speed), 0);
    w += 4;
    g += 4;
    m += 4;
  }
}
