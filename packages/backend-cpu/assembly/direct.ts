import { Geometry } from "./geometry";
import { transpose } from "./pack";

/**
 * Shorter ways for convolutions that step by one along the width, where an output row reads an unbroken stretch of an
 * input row.
 */

/** Whether a tap's whole output row lies inside an input row. */
export function staysInside(g: Geometry, k: i32): bool {
  const w = (k % g.kernelW) * g.dilationW - g.padW;
  return g.strideW == 1 && w >= 0 && w + g.outW <= g.inW;
}

/** Whether every tap of every output position lies inside the input, so that taps differ by constant distances. */
export function isDirect(g: Geometry): bool {
  return (
    g.strideW == 1 &&
    g.padW == 0 &&
    g.padH == 0 &&
    g.padD == 0 &&
    (g.outD - 1) * g.strideD + (g.kernelD - 1) * g.dilationD < g.inD &&
    (g.outH - 1) * g.strideH + (g.kernelH - 1) * g.dilationH < g.inH &&
    g.outW - 1 + (g.kernelW - 1) * g.dilationW < g.inW
  );
}

/**
 * Puts columns `q0` to `q1` of a tap that stays inside straight into its row of the panels of eight. Output rows are
 * multiples of four long, and `q0` begins a vector.
 */
export function gatherQuads(
  g: Geometry,
  x: usize,
  channel0: i32,
  k: i32,
  q0: i32,
  q1: i32,
  target: usize,
  panelBytes: usize,
): void {
  const w0 = (k % g.kernelW) * g.dilationW - g.padW;
  k /= g.kernelW;
  const h0 = (k % g.kernelH) * g.dilationH - g.padH;
  k /= g.kernelH;
  const d0 = (k % g.kernelD) * g.dilationD - g.padD;
  const channel = channel0 + k / g.kernelD;

  let ow = q0 % g.outW;
  let rest = q0 / g.outW;
  let oh = rest % g.outH;
  rest /= g.outH;
  let od = rest % g.outD;
  let image = rest / g.outD;

  // Vectors go to the left and the right half of a panel by turns.
  let step: usize = 16;
  for (let q = q0; q < q1;) {
    const run = min(g.outW - ow, q1 - q);
    const d = od * g.strideD + d0;
    const h = oh * g.strideH + h0;
    const isInside = <u32>d < <u32>g.inD && <u32>h < <u32>g.inH;
    const line = ((<usize>image * g.channels + channel) * g.inD + d) * g.inH + h;
    let from = x + ((line * g.inW + (ow + w0)) << 2);
    for (let i = 0; i < run; i += 4) {
      v128.store(target, isInside ? v128.load(from) : f32x4.splat(0));
      from += 16;
      target += step;
      step = panelBytes - step;
    }
    q += run;
    ow = 0;
    if (++oh == g.outH) {
      oh = 0;
      if (++od == g.outD) {
        od = 0;
        image++;
      }
    }
  }
}

/** Transposes taps `k` to `k + 4` of a direct convolution, columns `q0` to `q1`, straight from the input. */
export function transposeTaps(
  g: Geometry,
  x: usize,
  channel0: i32,
  k: i32,
  q0: i32,
  q1: i32,
  target: usize,
  stepBytes: usize,
): void {
  const t0 = x + tapBytes(g, channel0, k);
  const t1 = x + tapBytes(g, channel0, k + 1);
  const t2 = x + tapBytes(g, channel0, k + 2);
  const t3 = x + tapBytes(g, channel0, k + 3);

  let ow = q0 % g.outW;
  let rest = q0 / g.outW;
  let oh = rest % g.outH;
  rest /= g.outH;
  let od = rest % g.outD;
  let image = rest / g.outD;

  for (let q = q0; q < q1;) {
    const run = min(g.outW - ow, q1 - q);
    const line = (<usize>image * g.channels * g.inD + od * g.strideD) * g.inH + oh * g.strideH;
    const offset = (line * g.inW + ow) << 2;
    transpose(t0 + offset, t1 + offset, t2 + offset, t3 + offset, run, target, stepBytes);
    target += <usize>run * stepBytes;
    q += run;
    ow = 0;
    if (++oh == g.outH) {
      oh = 0;
      if (++od == g.outD) {
        od = 0;
        image++;
      }
    }
  }
}

/** Distance from the input's first element of an image to the one that a tap reads for the first output position. */
function tapBytes(g: Geometry, channel0: i32, k: i32): usize {
  const kw = k % g.kernelW;
  k /= g.kernelW;
  const kh = k % g.kernelH;
  k /= g.kernelH;
  const kd = k % g.kernelD;
  const channel = channel0 + k / g.kernelD;
  const line = ((<usize>channel * g.inD + kd * g.dilationD) * g.inH + kh * g.dilationH) * g.inW;
  return (line + kw * g.dilationW) << 2;
}
