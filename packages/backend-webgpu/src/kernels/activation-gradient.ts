import { ACTIVATION_GRADIENT, activations, type Activation } from "@camada/tensor";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { slopeCode } from "../activation-code.ts";
import type { GpuBackend } from "../gpu-backend.ts";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";

const programs = new Map(activations.map((kind) => [kind, programOf(kind)]));

function programOf(kind: Activation): KernelProgram {
  return {
    name: `ActivationGradient ${kind}`,
    buffers: [read("dy"), read("y"), write("dz")],
    numbers: {},
    groupSize: 64,
    code: `${slopeCode(kind)}\nfn run(id: i32) { dz[id] = dy[id] * slope(y[id]); }`,
  };
}

/** `dy * activation'(z)`, in a tensor of its own. */
function activationGradient(backend: GpuBackend, dy: TensorInfo, y: TensorInfo, activation: Activation): TensorInfo {
  const dz = backend.output(dy.shape);
  const program = programs.get(activation)!;
  backend.launch({ program, tensors: [dy, y, dz], numbers: {}, count: util.sizeFromShape(dy.shape) });
  return dz;
}

/** Runs `body` on the gradient before a fused activation, which is `dy` itself where there is none. */
export function withPreActivation<T>(
  backend: GpuBackend,
  { dy, y }: { readonly dy: TensorInfo; readonly y: TensorInfo | undefined },
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

export const activationGradientKernel = kernel(ACTIVATION_GRADIENT, ({ inputs, attrs, backend }) => {
  const { activation } = attrs as unknown as { readonly activation: Activation };
  const { dy, y } = inputs as { readonly dy: TensorInfo; readonly y: TensorInfo };
  if (activation !== "linear") return activationGradient(backend, dy, y, activation);
  backend.incRef(dy.dataId);
  return { dataId: dy.dataId, shape: dy.shape, dtype: dy.dtype };
});
