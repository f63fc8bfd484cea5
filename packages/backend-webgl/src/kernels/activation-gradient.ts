import { ACTIVATION_GRADIENT, type Activation, type ActivationGradientAttrs } from "@camada/tensor";
import { util, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import { slopeCode } from "../activation-code.ts";
import type { DrawnProgram } from "../drawn-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";

function programOf(activation: Activation): DrawnProgram {
  return {
    name: `activation gradient ${activation}`,
    inputs: [
      ["dy", "alike"],
      ["y", "alike"],
    ],
    numbers: [],
    results: 1,
    code: `
      ${slopeCode(activation)}
      void run(int texel) { result0 = dy(texel) * slope(y(texel)); }`,
  };
}

/** `dy * activation'(z)`, in a tensor of its own. */
function activationGradient(backend: WebglBackend, dy: TensorInfo, y: TensorInfo, activation: Activation): TensorInfo {
  const [rows = 1, columns = 1] = dy.shape.length === 1 ? [1, dy.shape[0]] : dy.shape.slice(-2);
  const shape = [util.sizeFromShape(dy.shape) / (rows * columns), rows, columns];
  const inputs = [dy, y].map((info) => ({ ...info, shape }));
  return { ...backend.draw(programOf(activation), inputs, {}, { shape })[0]!, shape: dy.shape };
}

/** Runs `body` on the gradient before a fused activation, which is `dy` itself where there is none. */
export function withPreActivation<T>(
  backend: WebglBackend,
  { dy, y }: { readonly dy: TensorInfo; readonly y?: TensorInfo | undefined },
  activation: Activation,
  body: (dz: TensorInfo) => T,
): T {
  if (activation === "linear") return body(dy);
  const dz = activationGradient(backend, dy, y!, activation);
  try {
    return body(dz);
  } finally {
    backend.disposeData(dz.dataId);
  }
}

const kernelFunc: KernelFunc = ({ inputs, attrs, backend: any }) => {
  const backend = any as WebglBackend;
  const { activation } = attrs as unknown as ActivationGradientAttrs;
  const { dy, y } = inputs as { dy: TensorInfo; y: TensorInfo };
  if (activation !== "linear") return activationGradient(backend, dy, y, activation);
  backend.incRef(dy.dataId);
  return { dataId: dy.dataId, shape: dy.shape, dtype: dy.dtype };
};

export const activationGradientKernel = { kernelName: ACTIVATION_GRADIENT, kernelFunc };
