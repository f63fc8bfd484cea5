import { Geometry } from "./geometry";

/**
 * A tap is one channel of the input seen through one element of the kernel: row `k` of the matrix that im2col makes,
 * `k` counting kernel elements, width fastest, from channel `channel0` on. Its columns are output positions, counted
 * row-major over the whole batch: column `q` is position `q % (outD outH outW)` of image `q / (outD outH outW)`.
 */

/** What happens to a run of columns that lie in one output row. */
const GATHER: i32 = 0;
const SCATTER: i32 = 1;

/** Reads columns `q0` to `q1` of a tap into `row`; padding reads as zero. */
export function gatherTap(g: Geometry, x: usize, channel0: i32, k: i32, q0: i32, q1: i32, row: usize): void {
  walk(g, x, channel0, k, q0, q1, row, GATHER);
}

/** Adds `row` to the places that columns `q0` to `q1` of a tap were read from; what fell on padding is dropped. */
export function scatterTap(g: Geometry, x: usize, channel0: i32, k: i32, q0: i32, q1: i32, row: usize): void {
  walk(g, x, channel0, k, q0, q1, row, SCATTER);
}

function walk(g: Geometry, x: usize, channel0: i32, k: i32, q0: i32, q1: i32, row: usize, action: i32): void {
  const kw = k % g.kernelW;
  k /= g.kernelW;
  const kh = k % g.kernelH;
  k /= g.kernelH;
  const kd = k % g.kernelD;
  const channel = channel0 + k / g.kernelD;
  const d0 = kd * g.dilationD - g.padD;
  const h0 = kh * g.dilationH - g.padH;
  const w0 = kw * g.dilationW - g.padW;

  let ow = q0 % g.outW;
  let rest = q0 / g.outW;
  let oh = rest % g.outH;
  rest /= g.outH;
  let od = rest % g.outD;
  let image = rest / g.outD;

  for (let q = q0; q < q1;) {
    const run = min(g.outW - ow, q1 - q);
    const d = od * g.strideD + d0;
    const h = oh * g.strideH + h0;
    if (<u32>d < <u32>g.inD && <u32>h < <u32>g.inH) {
      const line = ((<usize>image * g.channels + channel) * g.inD + d) * g.inH + h;
      const w = ow * g.strideW + w0;
      if (action == GATHER) gatherRun(x + ((line * g.inW) << 2), g.inW, w, g.strideW, run, row);
      else scatterRun(x + ((line * g.inW) << 2), g.inW, w, g.strideW, run, row);
    } else if (action == GATHER) {
      zero(row, run);
    }
    row += (<usize>run) << 2;
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

/** `row[i] = line[w + i stride]`, zero outside `[0, inW)`. */
function gatherRun(line: usize, inW: i32, w: i32, stride: i32, run: i32, row: usize): void {
  if (stride == 1) {
    const low = min(max(-w, 0), run);
    const high = max(min(inW - w, run), low);
    zero(row, low);
    copy(line + ((<usize>(w + low)) << 2), high - low, row + ((<usize>low) << 2));
    zero(row + ((<usize>high) << 2), run - high);
    return;
  }
  for (let i = 0; i < run; i++, w += stride) {
    const inside = <u32>w < <u32>inW;
    store<f32>(row + ((<usize>i) << 2), inside ? load<f32>(line + ((<usize>w) << 2)) : 0);
  }
}

/** `line[w + i stride] += row[i]` inside `[0, inW)`. */
function scatterRun(line: usize, inW: i32, w: i32, stride: i32, run: i32, row: usize): void {
  if (stride == 1) {
    const low = min(max(-w, 0), run);
    const high = max(min(inW - w, run), low);
    let from = row + ((<usize>low) << 2);
    let to = line + ((<usize>(w + low)) << 2);
    let count = high - low;
    for (; count >= 4; count -= 4) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      from += 16;
      to += 16;
    }
    for (; count > 0; count--) {
      store<f32>(to, load<f32>(to) + load<f32>(from));
      from += 4;
      to += 4;
    }
    return;
  }
  for (let i = 0; i < run; i++, w += stride) {
    if (<u32>w < <u32>inW) {
      const to = line + ((<usize>w) << 2);
      store<f32>(to, load<f32>(to) + load<f32>(row + ((<usize>i) << 2)));
    }
  }
}

/** Copies float32. Loops rather than `memory.copy`: the runs are short. */
export function copy(from: usize, count: i32, to: usize): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
}

/** Writes zeros. */
export function zero(to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, f32x4.splat(0));
    to += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, 0);
    to += 4;
  }
}
