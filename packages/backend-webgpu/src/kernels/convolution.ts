import {
  CONVOLUTION,
  CONVOLUTION_INPUT_GRADIENT,
  type ConvolutionInputGradientAttrs,
  type FusedConvolutionAttrs,
} from "@camada/tensor";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { withPreActivation } from "./activation-gradient.ts";
import { outputExtents, threeAxes } from "./convolution-geometry.ts";
import { correlation } from "./correlation.ts";
import { kernel } from "./kernel.ts";
import { withSpread } from "./spread.ts";

type Inputs = Readonly<Record<string, TensorInfo | undefined>>;

export const convolutionKernel = kernel(CONVOLUTION, ({ inputs, attrs, backend }) => {
  const { x, weight, bias } = inputs as Inputs as { x: TensorInfo; weight: TensorInfo; bias?: TensorInfo };
  const { activation, groups, ...geometry } = attrs as unknown as FusedConvolutionAttrs;
  const [outs, ins] = [weight.shape[0]! / groups, weight.shape[1]!];
  const kernelExtents = weight.shape.slice(2);
  const taps = util.sizeFromShape(kernelExtents);
  const y = outputExtents(x.shape, weight.shape, { ...geometry, groups });
  const extents = x.shape.slice(2).map((extent, i) => extent + geometry.padBegin[i]! + geometry.padEnd[i]!);
  const gaps = extents.map(() => 1);
  return withSpread(backend, x, { extents, before: geometry.padBegin, gaps }, (padded) =>
    correlation(backend, {
      plain: {
        samples: x.shape[0]!,
        ...{ groups, ins, outs },
        x: threeAxes(extents, 1),
        kernel: threeAxes(kernelExtents, 1),
        y: threeAxes(y, 1),
        strides: threeAxes(geometry.strides, 1),
        dilations: threeAxes(geometry.dilations, 1),
      },
      x: padded,
      ...{ weight, bias, activation },
      order: { perGroup: outs * ins * taps, perOut: ins * taps, perIn: taps, perTap: 1, first: 0 },
      shape: [x.shape[0]!, weight.shape[0]!, ...y],
    }),
  );
});

/** The weights turned by half a turn meet the gradients, `strides` apart and with zeros around them. */
export const convolutionInputGradientKernel = kernel(CONVOLUTION_INPUT_GRADIENT, ({ inputs, attrs, backend }) => {
  const { dy, weight, y } = inputs as Inputs as { dy: TensorInfo; weight: TensorInfo; y?: TensorInfo };
  const { activation, groups, inputShape, strides, dilations, padBegin } =
    attrs as unknown as ConvolutionInputGradientAttrs;
  const [outs, ins] = [weight.shape[0]! / groups, weight.shape[1]!];
  const kernelExtents = weight.shape.slice(2);
  const taps = util.sizeFromShape(kernelExtents);
  const reach = kernelExtents.map((extent, i) => dilations[i]! * (extent - 1));
  const extents = inputShape.slice(2).map((extent, i) => extent + reach[i]!);
  const before = reach.map((length, i) => length - padBegin[i]!);
  return withPreActivation(backend, { dy, y }, activation, (dz) =>
    withSpread(backend, dz, { extents, before, gaps: strides }, (spread) =>
      correlation(backend, {
        plain: {
          samples: dy.shape[0]!,
          // Towards the input: its channels are those that come out.
          ...{ groups, ins: outs, outs: ins },
          x: threeAxes(extents, 1),
          kernel: threeAxes(kernelExtents, 1),
          y: threeAxes(inputShape.slice(2), 1),
          strides: [1, 1, 1],
          dilations: threeAxes(dilations, 1),
        },
        x: spread,
        weight,
        order: { perGroup: outs * ins * taps, perOut: taps, perIn: ins * taps, perTap: -1, first: taps - 1 },
        shape: [...inputShape],
      }),
    ),
  );
});
