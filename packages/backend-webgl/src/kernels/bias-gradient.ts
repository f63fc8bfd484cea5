import { BIAS_GRADIENT } from "@camada/tensor";
import { util, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import type { WebglBackend } from "../webgl-backend.ts";
import { channelSums } from "./channel-sums.ts";
import { channelTexels } from "./channel-texels.ts";

/** Sum of `dy`, `[n, ...output, c]`, over every axis but channels: `[c]`. */
export function biasGradient(backend: WebglBackend, dy: TensorInfo): TensorInfo {
  const [columns, channels] = dy.shape.slice(-2) as [number, number];
  const lines = util.sizeFromShape(dy.shape.slice(0, -2));
  const texels = channelTexels(backend, dy, { groups: 1, columns, before: 0, gap: 1 });
  const sums = channelSums(backend, texels, { groups: 1, channels, lines, columns });
  backend.disposeData(texels.dataId);
  return sums;
}

const kernelFunc: KernelFunc = ({ inputs, backend }) => biasGradient(backend as WebglBackend, inputs["dy"]!);

export const biasGradientKernel = { kernelName: BIAS_GRADIENT, kernelFunc };
