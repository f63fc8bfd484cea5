import { BitwiseAnd, util } from "@tensorflow/tfjs-core";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";

const program: KernelProgram = {
  name: "BitwiseAnd",
  buffers: [read("a", "i32"), read("b", "i32"), write("y", "i32")],
  numbers: {},
  groupSize: 64,
  code: "fn run(id: i32) { y[id] = a[id] & b[id]; }",
};

/** tfjs has none for WebGPU. */
export const bitwiseAndKernel = kernel(BitwiseAnd, ({ inputs, backend }) => {
  const { a, b } = inputs;
  const y = backend.output(a!.shape, "int32");
  backend.launch({ program, tensors: [a!, b!, y], numbers: {}, count: util.sizeFromShape(a!.shape) });
  return y;
});
