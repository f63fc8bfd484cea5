import { type PadPair, type Padding, paddingPerAxis, type PerAxis, perAxis } from "./axes.ts";

/** A window that slides over the spatial axes of an array, with one entry per axis where axes differ. */
export interface SlidingWindow {
  /** Extent of the kernel, without dilation. */
  readonly kernelSize: PerAxis;
  /** Steps between neighbouring windows, default 1. */
  readonly strides?: PerAxis | undefined;
  /** Zeros on **each** side (Gluon's meaning), default 0. */
  readonly padding?: Padding | undefined;
  /** Distance between neighbouring kernel elements, default 1. */
  readonly dilation?: PerAxis | undefined;
}

/** The same window along one axis only. */
export interface AxisWindow {
  /** Extent of the kernel, without dilation. */
  readonly kernelSize: number;
  /** Step between neighbouring windows, default 1. */
  readonly strides?: number | undefined;
  /** Zeros on each side, or `[before, after]`, default 0. */
  readonly padding?: number | PadPair | undefined;
  /** Distance between neighbouring kernel elements, default 1. */
  readonly dilation?: number | undefined;
}

/** A checked window along one axis. */
export interface WindowAxis {
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** Extent of the kernel with its holes, `1 + dilation (kernelSize - 1)`. */
  readonly span: number;
}

/** Checks a window and spreads it over the axes. */
export function windowAxes(op: string, window: SlidingWindow, spatialRank: number): WindowAxis[] {
  const strides = perAxis(op, "strides", window.strides ?? 1, spatialRank);
  const dilations = perAxis(op, "dilation", window.dilation ?? 1, spatialRank);
  const padding = paddingPerAxis(op, window.padding ?? 0, spatialRank);
  return perAxis(op, "kernelSize", window.kernelSize, spatialRank).map((kernelSize, axis) => {
    const dilation = dilations[axis]!;
    const [before, after] = padding[axis]!;
    return { kernelSize, stride: strides[axis]!, dilation, before, after, span: 1 + dilation * (kernelSize - 1) };
  });
}

/** Checks a window along one axis. */
export function windowAxis(op: string, window: AxisWindow): WindowAxis {
  const { padding = 0 } = window;
  return windowAxes(op, { ...window, padding: typeof padding === "number" ? padding : [padding] }, 1)[0]!;
}
