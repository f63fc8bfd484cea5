import { LANES, quadsIfAligned, type Lanes } from "../matrix/lanes.ts";
import { volume, type Geometry } from "./geometry.ts";

/** How threads share the factor that is read through windows, and the other one. */
export interface ConvolutionLanes {
  readonly windows: Lanes;
  readonly other: Lanes;
}

/** Sums over input channels and taps: of x, and of the weight. */
export function forwardLanes({ inChannels, taps, weight, isChannelsLast }: Geometry): ConvolutionLanes {
  return {
    windows: isChannelsLast ? quadsIfAligned([inChannels]) : LANES.rows,
    other: weight.out === 1 ? LANES.rows : quadsIfAligned([inChannels * volume(taps), weight.out]),
  };
}

/** Sums over output channels and some of the taps: of dy, and of the weight. */
export function inputGradientLanes({ outChannels, taps, weight, isChannelsLast }: Geometry): ConvolutionLanes {
  if (!isChannelsLast) {
    const hasNeighboursInRows = weight.in === 1 && volume(taps) === 1;
    return { windows: LANES.rows, other: hasNeighboursInRows ? LANES.rows : LANES.inner };
  }
  return { windows: quadsIfAligned([outChannels]), other: quadsIfAligned([outChannels, weight.in, ...weight.at]) };
}

/** Sums over pixels: of x, and of dy. */
export function weightGradientLanes({ out, isChannelsLast }: Geometry): ConvolutionLanes {
  if (isChannelsLast) return { windows: LANES.rows, other: LANES.rows };
  return { windows: LANES.inner, other: quadsIfAligned([volume(out)]) };
}
