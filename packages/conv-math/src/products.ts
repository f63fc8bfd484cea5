import type { ConvolutionOptions } from "./shapes.ts";
import { type WindowAxis, windowAxes } from "./window.ts";

/** Called with the flat index into y, x (-1 for a padding zero) and weight of one product. */
export type ProductVisitor = (yIndex: number, xIndex: number, weightIndex: number) => void;

/**
 * Visits every product of a convolution: y[yIndex] is the sum of all x[xIndex] * weight[weightIndex].
 *
 * The order is row-major in y, and for each y: input channel, then the kernel row-major. One or two spatial axes are
 * three whose outer kernels and extents are 1. The number of windows is counted here, not taken from a formula.
 *
 * @param xShape `[n, cIn, ...spatial]`, already checked against `weightShape`.
 * @param weightShape `[cOut, cIn / groups, ...kernel]`
 */
export function visitProducts(
  xShape: readonly number[],
  weightShape: readonly number[],
  options: ConvolutionOptions,
  visit: ProductVisitor,
): void {
  const groups = options.groups ?? 1;
  const [n, cIn, ...spatial] = xShape as [number, number, ...number[]];
  const [cOut, cInOfGroup, ...kernelSize] = weightShape as [number, number, ...number[]];
  const [depth, height, width] = threeAxes(spatial, 1);
  const axes = windowAxes("visitProducts", { ...options, kernelSize }, spatial.length);
  const [axisD, axisH, axisW] = threeAxes(axes, {
    kernelSize: 1,
    stride: 1,
    dilation: 1,
    before: 0,
    after: 0,
    span: 1,
  });
  const [kd, kh, kw] = [axisD.kernelSize, axisH.kernelSize, axisW.kernelSize];
  const [outD, outH, outW] = [countWindows(depth, axisD), countWindows(height, axisH), countWindows(width, axisW)];

  let yIndex = 0;
  for (let image = 0; image < n; image++) {
    for (let channel = 0; channel < cOut; channel++) {
      const group = Math.floor(channel / (cOut / groups));
      for (let d = 0; d < outD; d++) {
        for (let h = 0; h < outH; h++) {
          for (let w = 0; w < outW; w++) {
            for (let c = 0; c < cInOfGroup; c++) {
              const plane = image * cIn + group * cInOfGroup + c;
              for (let i = 0; i < kd; i++) {
                const xd = d * axisD.stride + i * axisD.dilation - axisD.before;
                for (let j = 0; j < kh; j++) {
                  const xh = h * axisH.stride + j * axisH.dilation - axisH.before;
                  for (let k = 0; k < kw; k++) {
                    const xw = w * axisW.stride + k * axisW.dilation - axisW.before;
                    const inside = xd >= 0 && xd < depth && xh >= 0 && xh < height && xw >= 0 && xw < width;
                    const xIndex = inside ? ((plane * depth + xd) * height + xh) * width + xw : -1;
                    const weightIndex = (((channel * cInOfGroup + c) * kd + i) * kh + j) * kw + k;
                    visit(yIndex, xIndex, weightIndex);
                  }
                }
              }
            }
            yIndex++;
          }
        }
      }
    }
  }
}

/** Windows that fit into the padded extent, found by laying them down one after the other. */
function countWindows(size: number, { stride, span, before, after }: WindowAxis): number {
  let count = 0;
  while (count * stride + span <= before + size + after) count++;
  return count;
}

/** Puts as many `filler`s in front as make three entries. */
function threeAxes<T>(entries: readonly T[], filler: T): [T, T, T] {
  return [entries.at(-3) ?? filler, entries.at(-2) ?? filler, entries.at(-1) ?? filler];
}
