import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { activationCode } from "../activation-code.ts";
import { ElementWiseProgram } from "../element-wise-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";

const tanh: KernelFunc = ({ inputs, backend }) => {
  const x = inputs["x"] as TensorInfo;
  const program = new ElementWiseProgram(x.shape, ["x"], [], "activate(x)", activationCode("tanh"));
  return (backend as WebglBackend).runWebGLProgram(program, [x], "float32");
};

export const tanhKernel = { kernelName: "Tanh", kernelFunc: tanh };
