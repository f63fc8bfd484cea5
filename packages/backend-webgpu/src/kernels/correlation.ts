import type { Activation } from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { activationCode } from "../activation-code.ts";
import type { GpuBackend } from "../gpu-backend.ts";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { CONVOLUTION_FIELDS, convolutionNumbers, type PlainConvolution } from "./convolution-geometry.ts";
import { ADD_PARTS, ADD_PRODUCTS, forEach, NO_PARTS, NO_SUMS, TILE } from "./tile.ts";

/** How a weight `[group, output channel, input channel, tap]` lies in its tensor: steps, and the place of the first tap. */
interface WeightOrder {
  readonly perGroup: number;
  readonly perOut: number;
  readonly perIn: number;
  readonly perTap: number;
  readonly first: number;
}

/** `activation(x * weight + bias)`. */
export interface Correlation {
  readonly plain: PlainConvolution;
  readonly x: TensorInfo;
  readonly weight: TensorInfo;
  readonly order: WeightOrder;
  readonly bias?: TensorInfo | undefined;
  readonly activation?: Activation;
  /** Shape of the result. */
  readonly shape: number[];
}

const FIELDS: KernelProgram["numbers"] = {
  ...CONVOLUTION_FIELDS,
  perGroup: "i32",
  perOut: "i32",
  perIn: "i32",
  perTap: "i32",
  first: "i32",
};

const programs = new Map<string, KernelProgram>();

/** A cross-correlation without padding: a convolution, or on spread gradients with turned weights its input's gradient. */
export function correlation(backend: GpuBackend, call: Correlation): TensorInfo {
  const { plain, x, weight, order, bias, activation = "linear", shape } = call;
  const y = backend.output(shape);
  const places = plain.samples * plain.y[0] * plain.y[1] * plain.y[2];
  backend.launch({
    program: programOf(bias !== undefined, activation),
    tensors: [x, weight, ...(bias === undefined ? [] : [bias]), y],
    numbers: { ...convolutionNumbers(plain), ...order },
    count: plain.groups * Math.ceil(plain.outs / TILE) * Math.ceil(places / TILE),
  });
  return y;
}

/** A tile is four output channels of a group by four output places, side by side in the flat order of all samples. */
function programOf(hasBias: boolean, activation: Activation): KernelProgram {
  const name = `Correlation ${activation}${hasBias ? " bias" : ""}`;
  const known = programs.get(name);
  if (known !== undefined) return known;
  const program: KernelProgram = {
    name,
    buffers: [read("x"), read("weight"), ...(hasBias ? [read("bias")] : []), write("y")],
    numbers: FIELDS,
    groupSize: 64,
    code: `
${activationCode(activation)}
/** Where the window of a place begins in x. */
fn windowOf(place: i32, group: i32) -> i32 {
  let sample = place / (n.yD * n.yH * n.yW);
  let z = place / (n.yH * n.yW) % n.yD * n.stridesD;
  let r = place / n.yW % n.yH * n.stridesH;
  let c = place % n.yW * n.stridesW;
  return (((sample * n.groups + group) * n.ins * n.xD + z) * n.xH + r) * n.xW + c;
}
fn run(tile: i32) {
  let outputs = n.yD * n.yH * n.yW;
  let places = n.samples * outputs;
  let tilesAlong = (places + ${TILE - 1}) / ${TILE};
  let tilesDown = (n.outs + ${TILE - 1}) / ${TILE};
  let place0 = tile % tilesAlong * ${TILE};
  let group = tile / tilesAlong / tilesDown;
  let out0 = tile / tilesAlong % tilesDown * ${TILE};
  ${forEach("let window$ = windowOf(min(place0 + $, places - 1), group);")}
  ${forEach("let filter$ = n.first + group * n.perGroup + min(out0 + $, n.outs - 1) * n.perOut;")}
  ${NO_SUMS}
  for (var channel = 0; channel < n.ins; channel++) {
    ${NO_PARTS}
    var tap = channel * n.perIn;
    for (var z = 0; z < n.kernelD; z++) {
      for (var r = 0; r < n.kernelH; r++) {
        var at = ((channel * n.xD + z * n.dilationsD) * n.xH + r * n.dilationsH) * n.xW;
        for (var c = 0; c < n.kernelW; c++) {
          ${forEach("let a$ = weight[filter$ + tap];")}
          let b = vec4<f32>(x[window0 + at], x[window1 + at], x[window2 + at], x[window3 + at]);
          ${ADD_PRODUCTS}
          tap += n.perTap;
          at += n.dilationsW;
        }
      }
    }
    ${ADD_PARTS}
  }
  for (var j = 0; j < ${TILE}; j++) {
    let place = place0 + j;
    if (place >= places) { return; }
    let sample = place / outputs;
    ${forEach(`if (out0 + $ < n.outs) {
      let out = group * n.outs + out0 + $;
      y[(sample * n.groups * n.outs + out) * outputs + place - sample * outputs] =
        activate(sums$[j]${hasBias ? " + bias[out]" : ""});
    }`)}
  }
}`,
  };
  programs.set(name, program);
  return program;
}
