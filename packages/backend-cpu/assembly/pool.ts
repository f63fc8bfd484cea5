import { PoolGeometry } from "./pool-geometry";

/** Lowest float32: the maximum of a window without a real element. */
const LOWEST: f32 = -3.4028234663852886e38;

/** Max pooling of `planes` planes `[inD, inH, inW]`. NaN counts as a maximum, so that it is not lost. */
export function maxPool(g: PoolGeometry, x: usize, planes: i32, y: usize): void {
  const planeBytes = (<usize>(g.inD * g.inH * g.inW)) << 2;
  for (let plane = 0; plane < planes; plane++, x += planeBytes) {
    for (let od = 0; od < g.outD; od++) {
      for (let oh = 0; oh < g.outH; oh++) {
        for (let ow = 0; ow < g.outW; ow++, y += 4) {
          const place = firstMaximum(g, x, od, oh, ow);
          store<f32>(y, place == 0 ? LOWEST : load<f32>(place));
        }
      }
    }
  }
}

/** Adds every `dy` to the first maximum of its window; `dx` starts from zeros. */
export function maxPoolGradient(g: PoolGeometry, dy: usize, x: usize, planes: i32, dx: usize): void {
  const planeBytes = (<usize>(g.inD * g.inH * g.inW)) << 2;
  for (let plane = 0; plane < planes; plane++, x += planeBytes, dx += planeBytes) {
    for (let od = 0; od < g.outD; od++) {
      for (let oh = 0; oh < g.outH; oh++) {
        for (let ow = 0; ow < g.outW; ow++, dy += 4) {
          const place = firstMaximum(g, x, od, oh, ow);
          if (place == 0) continue;
          const to = dx + (place - x);
          store<f32>(to, load<f32>(to) + load<f32>(dy));
        }
      }
    }
  }
}

/** Address of the first maximum among a window's real elements, 0 when there is none. */
function firstMaximum(g: PoolGeometry, x: usize, od: i32, oh: i32, ow: i32): usize {
  const d = od * g.strideD - g.padD;
  const h = oh * g.strideH - g.padH;
  const w = ow * g.strideW - g.padW;
  const d1 = min(d + g.kernelD, g.inD);
  const h1 = min(h + g.kernelH, g.inH);
  const w0 = max(w, 0);
  const count = min(w + g.kernelW, g.inW) - w0;
  let best: f32 = 0;
  let place: usize = 0;
  for (let id = max(d, 0); id < d1; id++) {
    for (let ih = max(h, 0); ih < h1; ih++) {
      let from = x + ((<usize>((id * g.inH + ih) * g.inW + w0)) << 2);
      for (let i = 0; i < count; i++, from += 4) {
        const value = load<f32>(from);
        if (place == 0 || value > best || (value != value && best == best)) {
          best = value;
          place = from;
        }
      }
    }
  }
  return place;
}

/** Average pooling of `planes` planes. A window without an element gives 0. */
export function averagePool(g: PoolGeometry, x: usize, planes: i32, y: usize): void {
  const planeBytes = (<usize>(g.inD * g.inH * g.inW)) << 2;
  for (let plane = 0; plane < planes; plane++, x += planeBytes) {
    for (let od = 0; od < g.outD; od++) {
      for (let oh = 0; oh < g.outH; oh++) {
        for (let ow = 0; ow < g.outW; ow++, y += 4) {
          store<f32>(y, <f32>(sumOrSpread(g, x, od, oh, ow, 0, false) / divisor(g, od, oh, ow)));
        }
      }
    }
  }
}

/** Adds every `dy`, divided as its average was, to the real elements of its window; `dx` starts from zeros. */
export function averagePoolGradient(g: PoolGeometry, dy: usize, planes: i32, dx: usize): void {
  const planeBytes = (<usize>(g.inD * g.inH * g.inW)) << 2;
  for (let plane = 0; plane < planes; plane++, dx += planeBytes) {
    for (let od = 0; od < g.outD; od++) {
      for (let oh = 0; oh < g.outH; oh++) {
        for (let ow = 0; ow < g.outW; ow++, dy += 4) {
          sumOrSpread(g, dx, od, oh, ow, <f32>(load<f32>(dy) / divisor(g, od, oh, ow)), true);
        }
      }
    }
  }
}

/** The sum of a window's real elements, or `share` added to each of them. */
function sumOrSpread(g: PoolGeometry, x: usize, od: i32, oh: i32, ow: i32, share: f32, spreads: bool): f64 {
  const d = od * g.strideD - g.padD;
  const h = oh * g.strideH - g.padH;
  const w = ow * g.strideW - g.padW;
  const d1 = min(d + g.kernelD, g.inD);
  const h1 = min(h + g.kernelH, g.inH);
  const w0 = max(w, 0);
  const count = min(w + g.kernelW, g.inW) - w0;
  let sum: f64 = 0;
  for (let id = max(d, 0); id < d1; id++) {
    for (let ih = max(h, 0); ih < h1; ih++) {
      let from = x + ((<usize>((id * g.inH + ih) * g.inW + w0)) << 2);
      for (let i = 0; i < count; i++, from += 4) {
        if (spreads) store<f32>(from, load<f32>(from) + share);
        else sum += load<f32>(from);
      }
    }
  }
  return sum;
}

/** What a window's sum is divided by: its extent within the padded input, or the count of its real elements. */
function divisor(g: PoolGeometry, od: i32, oh: i32, ow: i32): f64 {
  const count =
    extent(g, od * g.strideD - g.padD, g.kernelD, g.inD, g.padEndD) *
    extent(g, oh * g.strideH - g.padH, g.kernelH, g.inH, g.padEndH) *
    extent(g, ow * g.strideW - g.padW, g.kernelW, g.inW, g.padEndW);
  return max(count, 1);
}

function extent(g: PoolGeometry, start: i32, kernel: i32, size: i32, padEnd: i32): i32 {
  if (g.countsPad) return max(min(start + kernel, size + padEnd) - start, 0);
  return max(min(start + kernel, size) - max(start, 0), 0);
}
