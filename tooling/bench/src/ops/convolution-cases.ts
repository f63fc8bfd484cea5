import { convolutionShape, sizeOf } from "@camada/conv-math";
import { type OpCase, products } from "./case.ts";

interface Geometry {
  /** `[n, cIn, h, w]` */
  readonly input: readonly [number, number, number, number];
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly stride?: number;
  readonly padding?: readonly [number, number];
  readonly dilation?: number;
  readonly groups?: number;
  readonly activation?: "linear" | "relu" | "tanh";
}

/** The three passes of a convolution: forward with bias and activation, and the two gradients, linear. */
function passes(name: string, geometry: Geometry): OpCase[] {
  const { input, channels, kernel, stride = 1, padding = [0, 0], dilation = 1, groups = 1 } = geometry;
  const { activation = "relu" } = geometry;
  const weight = [channels, input[1] / groups, ...kernel];
  const options = { strides: stride, padding, dilation, groups };
  const output = convolutionShape(input, weight, options);
  const work = products(sizeOf(output) * sizeOf(weight.slice(1)));
  const attrs = { input, weight, output, stride, padding, dilation, groups, activation };
  return [
    { name: `${name} forward+${activation}`, op: "conv.forward", attrs, work },
    { name: `${name} input gradient`, op: "conv.inputGradient", attrs, work },
    { name: `${name} weight gradient`, op: "conv.weightGradient", attrs, work },
  ];
}

/** Samples of a batch for the large nets. */
const BATCH = 8;

/** A square kernel that keeps the picture's size, or halves it. */
function layer(name: string, cIn: number, channels: number, size: number, side: number, stride = 1): OpCase[] {
  const padding = [(side - 1) / 2, (side - 1) / 2] as const;
  return passes(name, { input: [BATCH, cIn, size, size], channels, kernel: [side, side], stride, padding });
}

function lesson(): OpCase[] {
  const conv = (name: string, cIn: number, channels: number, size: number) =>
    passes(`lesson ${name}`, { input: [128, cIn, size, size], channels, kernel: [5, 5], activation: "tanh" });
  // Nobody needs the gradient of the pictures.
  const first = conv("conv1", 1, 6, 32).filter(({ op }) => op !== "conv.inputGradient");
  return [...first, ...conv("conv2", 6, 16, 28), ...conv("conv3", 16, 120, 24)];
}

function resnet(): OpCase[] {
  const first = layer("resnet 7x7/2 3>64 @224", 3, 64, 224, 7, 2).filter(({ op }) => op !== "conv.inputGradient");
  const stages = [
    { channels: 64, size: 56 },
    { channels: 128, size: 28 },
    { channels: 256, size: 14 },
    { channels: 512, size: 7 },
  ];
  const equal = stages.flatMap(({ channels, size }) =>
    layer(`resnet 3x3 ${channels} @${size}`, channels, channels, size, 3),
  );
  const down = stages.slice(1).flatMap(({ channels, size }) => {
    const change = `${channels / 2}>${channels} @${2 * size}`;
    return [3, 1].flatMap((side) =>
      layer(`resnet ${side}x${side}/2 ${change}`, channels / 2, channels, 2 * size, side, 2),
    );
  });
  return [...first, ...equal, ...down];
}

function mobilenet(): OpCase[] {
  const depthwise = [
    { channels: 32, size: 112, stride: 1 },
    { channels: 64, size: 112, stride: 2 },
    { channels: 128, size: 56, stride: 1 },
    { channels: 128, size: 56, stride: 2 },
    { channels: 256, size: 28, stride: 1 },
    { channels: 256, size: 28, stride: 2 },
    { channels: 512, size: 14, stride: 1 },
    { channels: 512, size: 14, stride: 2 },
    { channels: 1024, size: 7, stride: 1 },
  ].flatMap(({ channels, size, stride }) =>
    passes(`mobilenet depthwise 3x3${stride === 1 ? "" : `/${stride}`} ${channels} @${size}`, {
      input: [BATCH, channels, size, size],
      channels,
      kernel: [3, 3],
      stride,
      padding: [1, 1],
      groups: channels,
    }),
  );
  const pointwise = [
    [32, 64, 112],
    [64, 128, 56],
    [128, 256, 28],
    [256, 512, 14],
    [512, 1024, 7],
  ].flatMap(([cIn = 0, channels = 0, size = 0]) =>
    layer(`mobilenet 1x1 ${cIn}>${channels} @${size}`, cIn, channels, size, 1),
  );
  return [...depthwise, ...pointwise];
}

function odd(): OpCase[] {
  return [
    ...passes("odd 7x5 3>5 @33x29", { input: [3, 3, 33, 29], channels: 5, kernel: [7, 5], padding: [3, 1] }),
    ...passes("odd 3x3/2 17>33 @31", { input: [3, 17, 31, 31], channels: 33, kernel: [3, 3], stride: 2 }),
    ...passes("dilated 3x3 64 @28", {
      input: [BATCH, 64, 28, 28],
      channels: 64,
      kernel: [3, 3],
      padding: [2, 2],
      dilation: 2,
    }),
    ...passes("grouped 3x3 64 in 4 @28", {
      input: [BATCH, 64, 28, 28],
      channels: 64,
      kernel: [3, 3],
      padding: [1, 1],
      groups: 4,
    }),
  ];
}

/** Convolutions of the lesson, of ResNet-18 and MobileNet with batches of 8, and of odd sizes. */
export const convolutionCases: readonly OpCase[] = [...lesson(), ...resnet(), ...mobilenet(), ...odd()];
