import type { ShapedArray } from "@camada/conv-math";
import type { ValuesOf } from "../../parameters.ts";
import { kernelPlane, pictureValue, randomDigits } from "./presets.ts";
import type { labParameters } from "./lab-parameters.ts";

/** Values of the lab's controls. */
export type LabValues = ValuesOf<typeof labParameters>;

/** A shaped array of plain numbers. */
type Numbers = ShapedArray<readonly number[]>;

/** Kernels that further output channels get: the presets after the chosen one, in their order. */
const KERNELS = ["vertical", "horizontal", "laplace", "mean", "binomial", "sharpen", "identity"] as const;

/** The picture `[1, cIn, h, w]`. Numbers of the reader's own that are missing count as 0. */
export function labPicture(values: LabValues, own: readonly number[] | undefined, seed: number): Numbers {
  const { picture, height, width, inputChannels } = values;
  const shape = [1, inputChannels, height, width];
  const count = inputChannels * height * width;
  if (picture === "own") return { shape, data: filled(own, count) };
  if (picture === "random") return { shape, data: randomDigits(count, seed) };
  const data = Array.from({ length: count }, (_, i) => {
    const [channel, row, column] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    return pictureValue(picture, channel, row, column, height, width);
  });
  return { shape, data };
}

/** The kernels `[cOut, cIn, kh, kw]`: the same plane for each input channel. */
export function labKernel(values: LabValues, own: readonly number[] | undefined, seed: number): Numbers {
  const { kernel, kernelHeight, kernelWidth, inputChannels, outputChannels } = values;
  const shape = [outputChannels, inputChannels, kernelHeight, kernelWidth];
  const count = outputChannels * inputChannels * kernelHeight * kernelWidth;
  if (kernel === "own") return { shape, data: filled(own, count) };
  if (kernel === "random") return { shape, data: randomDigits(count, seed + 1).map((digit) => digit - 4) };
  const first = KERNELS.indexOf(kernel);
  const data = Array.from({ length: outputChannels }, (_, o) => {
    const plane = kernelPlane(KERNELS[(first + o) % KERNELS.length]!, kernelHeight, kernelWidth);
    return Array.from({ length: inputChannels }, () => plane).flat();
  });
  return { shape, data: data.flat() };
}

/** The same numbers in another shape: what fits keeps its place, the rest is 0. */
export function refitted({ shape, data }: Numbers, to: readonly number[]): number[] {
  const count = to.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, flat) => {
    let [rest, index, stride] = [flat, 0, 1];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const position = rest % to[axis]!;
      rest = Math.floor(rest / to[axis]!);
      if (position >= shape[axis]!) return 0;
      index += position * stride;
      stride *= shape[axis]!;
    }
    return data[index]!;
  });
}

function filled(own: readonly number[] | undefined, count: number): number[] {
  return Array.from({ length: count }, (_, i) => own?.[i] ?? 0);
}
