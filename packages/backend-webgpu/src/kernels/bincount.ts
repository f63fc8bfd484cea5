import { Bincount, getKernel, util, type TensorInfo } from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.ts";

const flat = (x: TensorInfo): TensorInfo => ({ ...x, shape: [util.sizeFromShape(x.shape)] });

/** tfjs's own, which takes one axis, on the elements of a tensor of any shape. */
export const bincountKernel = kernel(Bincount, ({ inputs, attrs, backend }) => {
  const { x, weights } = inputs;
  const flattened = { x: flat(x!), weights: flat(weights!) };
  return getKernel(Bincount, "webgpu")!.kernelFunc({ inputs: flattened, attrs, backend }) as TensorInfo;
});
