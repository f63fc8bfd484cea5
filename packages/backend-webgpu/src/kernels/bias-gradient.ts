import { BIAS_GRADIENT } from "@camada/tensor";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../gpu-backend.ts";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";
import { SHARERS } from "./tile.ts";

/** A group for each channel; its invocations share the elements and add their sums up at the end. */
const program: KernelProgram = {
  name: "BiasGradient",
  buffers: [read("dy"), write("sums")],
  numbers: { samples: "i32", inner: "i32" },
  groupSize: SHARERS,
  together: true,
  code: `
var<workgroup> parts: array<f32, ${SHARERS}>;
fn run(channel: i32, local: i32) {
  var sum = 0.0;
  for (var sample = 0; sample < n.samples; sample++) {
    let first = (sample * n.count + channel) * n.inner;
    var part = 0.0;
    for (var i = local; i < n.inner; i += ${SHARERS}) { part += dy[first + i]; }
    sum += part;
  }
  parts[local] = sum;
  workgroupBarrier();
  if (local > 0) { return; }
  var total = 0.0;
  for (var i = 0; i < ${SHARERS}; i++) { total += parts[i]; }
  sums[channel] = total;
}`,
};

/** The sum of `dy`, `[n, channels, ...]`, over every axis but channels. */
export function biasGradient(backend: GpuBackend, dy: TensorInfo): TensorInfo {
  const [samples, channels, ...rest] = dy.shape as [number, number, ...number[]];
  const inner = util.sizeFromShape(rest);
  const sums = backend.output([channels]);
  backend.launch({ program, tensors: [dy, sums], numbers: { samples, inner }, count: channels });
  return sums;
}

export const biasGradientKernel = kernel(BIAS_GRADIENT, ({ inputs, backend }) => biasGradient(backend, inputs["dy"]!));
