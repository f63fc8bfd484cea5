import { util } from "@tensorflow/tfjs-core";
import { activationCode, guarded, TANH } from "../activation-code.ts";
import { EXPONENTIAL } from "../exponential-code.ts";
import { logarithmCode } from "../logarithm-code.ts";
import { trigonometryCode } from "../trigonometry-code.ts";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { withFloats } from "./cast.ts";
import { kernel, type GpuKernel } from "./kernel.ts";

/** A kernel of one tensor, from code with a function `activate`. */
function unary(kernelName: string, code: string): GpuKernel {
  const program: KernelProgram = {
    name: kernelName,
    buffers: [read("x"), write("y")],
    numbers: {},
    groupSize: 64,
    code: `${code}\nfn run(id: i32) { y[id] = activate(x[id]); }`,
  };
  return kernel(kernelName, ({ inputs, backend }) =>
    withFloats(backend, inputs["x"]!, (x) => {
      const y = backend.output(x.shape);
      backend.launch({ program, tensors: [x, y], numbers: {}, count: util.sizeFromShape(x.shape) });
      return y;
    }),
  );
}

/**
 * Functions in which tfjs's own lose digits near zero, or, on some devices, what is no number: its `Tanh` has lost 3 % of a
 * number of 1e-6, its `Expm1` is a difference of numbers near 1, and its sines, logarithms and exponentials are WGSL's.
 */
export const unaryKernels: readonly GpuKernel[] = [
  unary("Acos", trigonometryCode.acos),
  unary("Acosh", logarithmCode.acosh),
  unary("Asin", trigonometryCode.asin),
  unary("Asinh", logarithmCode.asinh),
  unary("Atanh", logarithmCode.atanh),
  unary("Cos", trigonometryCode.cos),
  unary("Exp", `${EXPONENTIAL}\n${guarded("return exponential(x);")}`),
  // For a small x, e^x - 1 is 2 t / (1 - t) with t = tanh(x / 2).
  unary(
    "Expm1",
    `${EXPONENTIAL}${TANH}\n${guarded("if (abs(x) >= 1.0) { return exponential(x) - 1.0; } let t = sign(x) * tanhOfSize(0.5 * abs(x)); return 2.0 * t / (1.0 - t);")}`,
  ),
  unary("Log", logarithmCode.log),
  unary("Log1p", logarithmCode.log1p),
  unary("Sigmoid", activationCode("sigmoid")),
  unary("Sin", trigonometryCode.sin),
  unary("Softplus", activationCode("softrelu")),
  unary("Tan", trigonometryCode.tan),
  unary("Tanh", activationCode("tanh")),
];
