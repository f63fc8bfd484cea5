import { CONVOLUTION_WEIGHT_GRADIENT, type ConvolutionWeightGradientAttrs } from "@camada/tensor";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { withPreActivation } from "./activation-gradient.ts";
import { biasGradient } from "./bias-gradient.ts";
import { CONVOLUTION_FIELDS, convolutionNumbers, threeAxes } from "./convolution-geometry.ts";
import { kernel } from "./kernel.ts";
import { withSpread } from "./spread.ts";
import { ADD_PARTS, ADD_PRODUCTS, forEach, NO_PARTS, NO_SUMS, SHARE_SUMS, SHARED_SUMS, SHARERS, TILE } from "./tile.ts";

/**
 * A tile is four output channels of a group by four weights of one output channel, in their flat order. The invocations of
 * a group share the rows of all outputs.
 */
const program: KernelProgram = {
  name: "ConvolutionWeightGradient",
  buffers: [read("x"), read("dz"), write("dWeight")],
  numbers: CONVOLUTION_FIELDS,
  groupSize: SHARERS,
  together: true,
  code: `
${SHARED_SUMS}
/** Where the element of x that a weight meets in the first output lies in a sample. */
fn tapOf(place: i32, group: i32) -> i32 {
  let channel = group * n.ins + place / (n.kernelD * n.kernelH * n.kernelW);
  let z = place / (n.kernelH * n.kernelW) % n.kernelD * n.dilationsD;
  let r = place / n.kernelW % n.kernelH * n.dilationsH;
  let c = place % n.kernelW * n.dilationsW;
  return ((channel * n.xD + z) * n.xH + r) * n.xW + c;
}
fn run(tile: i32, local: i32) {
  let weights = n.ins * n.kernelD * n.kernelH * n.kernelW;
  let tilesAlong = (weights + ${TILE - 1}) / ${TILE};
  let tilesDown = (n.outs + ${TILE - 1}) / ${TILE};
  let weight0 = tile % tilesAlong * ${TILE};
  let group = tile / tilesAlong / tilesDown;
  let out0 = tile / tilesAlong % tilesDown * ${TILE};
  ${forEach("let tap$ = tapOf(min(weight0 + $, weights - 1), group);")}
  let outputs = n.yD * n.yH * n.yW;
  ${forEach("let dz$ = (group * n.outs + min(out0 + $, n.outs - 1)) * outputs;")}
  ${NO_SUMS}
  for (var line = local; line < n.samples * n.yD * n.yH; line += ${SHARERS}) {
    let sample = line / (n.yD * n.yH);
    let z = line / n.yH % n.yD;
    let r = line % n.yH;
    let dzAt = sample * n.groups * n.outs * outputs + (z * n.yH + r) * n.yW;
    var at = ((sample * n.groups * n.ins * n.xD + z * n.stridesD) * n.xH + r * n.stridesH) * n.xW;
    ${NO_PARTS}
    for (var c = dzAt; c < dzAt + n.yW; c++) {
      ${forEach("let a$ = dz[dz$ + c];")}
      let b = vec4<f32>(x[tap0 + at], x[tap1 + at], x[tap2 + at], x[tap3 + at]);
      ${ADD_PRODUCTS}
      at += n.stridesW;
    }
    ${ADD_PARTS}
  }
  ${SHARE_SUMS}
  if (out0 + row >= n.outs || weight0 + column >= weights) { return; }
  dWeight[(group * n.outs + out0 + row) * weights + weight0 + column] = total;
}`,
};

export const convolutionWeightGradientKernel = kernel(CONVOLUTION_WEIGHT_GRADIENT, ({ inputs, attrs, backend }) => {
  const { x, dy, y } = inputs as unknown as { x: TensorInfo; dy: TensorInfo; y?: TensorInfo };
  const { activation, groups, weightShape, withBias, ...geometry } = attrs as unknown as ConvolutionWeightGradientAttrs;
  const [outs, ins] = [weightShape[0]! / groups, weightShape[1]!];
  const dWeight = backend.output([...weightShape]);
  const tiles = groups * Math.ceil(outs / TILE) * Math.ceil(util.sizeFromShape(weightShape.slice(1)) / TILE);
  const extents = x.shape.slice(2).map((extent, i) => extent + geometry.padBegin[i]! + geometry.padEnd[i]!);
  const padding = { extents, before: geometry.padBegin, gaps: extents.map(() => 1) };
  return withPreActivation(backend, { dy, y }, activation, (dz) =>
    withSpread(backend, x, padding, (padded) => {
      const plain = {
        samples: x.shape[0]!,
        ...{ groups, ins, outs },
        x: threeAxes(extents, 1),
        kernel: threeAxes(weightShape.slice(2), 1),
        y: threeAxes(dy.shape.slice(2), 1),
        strides: threeAxes(geometry.strides, 1),
        dilations: threeAxes(geometry.dilations, 1),
      };
      backend.launch({ program, tensors: [padded, dz, dWeight], numbers: convolutionNumbers(plain), count: tiles });
      return withBias ? [dWeight, biasGradient(backend, dz)] : [dWeight];
    }),
  );
});
