import type { ReferenceConvolutionOptions, ShapedArray } from "@camada/conv-math";
import type { Localized, Text } from "./localized.ts";

/** What the notebook printed in one place, character by character. */
export interface RecordedOutput {
  /** The heading under which the notebook printed it, where there is one. */
  readonly label?: string;
  readonly text: string;
}

interface OutputBase {
  /** Names files and JSON entries; unique within a cell, letters, digits and hyphens. */
  readonly name: string;
  readonly caption?: Text;
  /** What the notebook showed in this place. */
  readonly recorded?: RecordedOutput;
}

/** Lines of text, shown as they are. */
interface TextOutput extends OutputBase {
  readonly kind: "text";
  readonly text: Text;
}

/** An array as `print` shows it, with its values. */
export interface ArrayOutput extends OutputBase {
  readonly kind: "array";
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: readonly number[];
  /** As Gluon prints it. */
  readonly printed: string;
}

/** Shapes that layers gave. */
interface ShapesOutput extends OutputBase {
  readonly kind: "shapes";
  readonly rows: readonly {
    readonly call: string;
    readonly input: readonly number[];
    readonly output: readonly number[];
  }[];
}

/** An entry of a table; a shape is never broken or cut. */
export type TableCell = number | Text | { readonly shape: readonly number[] };

/** Rows and columns. */
export interface TableOutput extends OutputBase {
  readonly kind: "table";
  readonly columns: readonly { readonly title: Text; readonly align?: "left" | "right" }[];
  readonly rows: readonly (readonly TableCell[])[];
  /** Last row, set apart. */
  readonly total?: readonly TableCell[];
}

/** A convolution to step through. Front ends call `traceConvolution(x, weight, options)` for windows and products. */
export interface TraceOutput extends OutputBase {
  readonly kind: "trace";
  readonly x: ShapedArray;
  readonly weight: ShapedArray;
  readonly options: ReferenceConvolutionOptions;
  /** What our layer gave, `[n, cOut, ...output]`: the numbers to show; the trace explains them. */
  readonly output: ShapedArray;
  /** Output positions written out where there is no room for all of them. */
  readonly steps: readonly (readonly number[])[];
}

/** A drawing. Uses `currentColor` and a few CSS classes of its own, so it suits light and dark pages. */
export interface FigureOutput extends OutputBase {
  readonly kind: "figure";
  /** A whole SVG document. */
  readonly svg: Text;
  /** What one who cannot see it needs to know. */
  readonly alt: Localized;
}

/** Points over a common horizontal axis. */
export interface ChartOutput extends OutputBase {
  readonly kind: "chart";
  readonly xLabel: Text;
  readonly yLabel: Text;
  readonly series: readonly {
    readonly label: Text;
    /** A line for ours; hollow marks for what was recorded. */
    readonly style: "line" | "hollow";
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
  readonly alt: Localized;
}

/** A picture of bytes, row-major: grey, or RGB with the channels of a pixel together. */
export interface Picture {
  readonly label: Text;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** Pictures: samples of a dataset, filters, feature maps. */
export interface PicturesOutput extends OutputBase {
  readonly kind: "pictures";
  /** Pictures side by side. */
  readonly columns: number;
  readonly pictures: readonly Picture[];
  /** What the colours of {@link divergingColor} stand for: the largest of them, of either sign. */
  readonly scale?: { readonly limit: number };
  readonly alt: Localized;
}

/** Bars with their values. */
export interface BarsOutput extends OutputBase {
  readonly kind: "bars";
  readonly bars: readonly { readonly label: Text; readonly value: number }[];
}

/** Anything a cell shows. */
export type Output =
  | TextOutput
  | ArrayOutput
  | ShapesOutput
  | TableOutput
  | TraceOutput
  | FigureOutput
  | ChartOutput
  | PicturesOutput
  | BarsOutput;
