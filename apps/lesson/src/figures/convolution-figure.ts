import { type PadPair, paddingPerAxis, traceConvolution, type TraceCell, type TraceTerm } from "@camada/conv-math";
import { inLanguage, type Language, type Localized, localized } from "../localized.ts";
import type { FigureOutput, TraceOutput } from "../output.ts";
import { grid, type GridCell } from "./grid.ts";
import { type Drawing, element, label, short, svgDocument, translated } from "./svg.ts";

const GAP = 44;

const words = {
  input: { "pt-BR": "entrada", en: "input" },
  kernel: { "pt-BR": "filtro", en: "kernel" },
  output: { "pt-BR": "saída", en: "output" },
  channel: { "pt-BR": "canal", en: "channel" },
  padding: { "pt-BR": "tracejado: padding", en: "dashed: padding" },
  unread: { "pt-BR": "hachurado: pixels que nenhuma janela lê", en: "hatched: pixels that no window reads" },
} satisfies Record<string, Localized>;

/**
 * Draws a convolution of one image to one channel: padded input, kernel and output, one row of grids per input channel,
 * and the products of one output cell written out. Every number is taken from the trace or from the layer's output.
 *
 * @param steps output positions whose windows are outlined; the first is also filled and written out.
 */
export function convolutionFigure(trace: TraceOutput, caption: Localized): FigureOutput {
  const first = traceConvolution(trace.x, trace.weight, trace.options).cell(trace.steps[0]!);
  const alt = localized((say) => `${say(caption)}. ${equations(first).join(" ")}`);
  const svg = localized((say, language) => svgDocument(draw(trace, first, language), say(caption), say(alt)));
  return { kind: "figure", name: trace.name, caption, svg, alt };
}

/** The products of one output cell, one line per input channel, then their sum where there are several. */
export function equations(cell: TraceCell): string[] {
  const lines = cell.partialSums.map(({ terms, sum }) => {
    const isExact = terms.every(({ x, weight }) => short(x) === String(x) && short(weight) === String(weight));
    return `${terms.map(productText).join(" + ")} ${isExact ? "=" : "≈"} ${short(sum)}`;
  });
  if (cell.partialSums.length === 1) return lines;
  return [...lines, `${cell.partialSums.map(({ sum }) => short(sum)).join(" + ")} = ${short(cell.output)}`];
}

function productText({ x, weight }: TraceTerm): string {
  const factor = (value: number): string => (value < 0 ? `(${short(value)})` : short(value));
  return `${factor(x)}×${factor(weight)}`;
}

function draw(trace: TraceOutput, first: TraceCell, language: Language): Drawing {
  const say = (text: Localized): string => inLanguage(text, language);
  const channels = trace.x.shape[1]!;
  const numbered = (text: Localized, c: number): string =>
    channels === 1 ? say(text) : `${say(text)}, ${say(words.channel)} ${c}`;
  const pieces: string[] = [];
  let [right, y] = [0, 0];
  for (let c = 0; c < channels; c++) {
    const input = inputGrid(trace, first, c, numbered(words.input, c));
    const kernel = kernelGrid(trace, c, numbered(words.kernel, c));
    const kernelX = Math.max(input.width, 90) + GAP;
    const kernelY = y + (input.height - kernel.height) / 2;
    pieces.push(translated(0, y, input.content), translated(kernelX, kernelY, kernel.content));
    pieces.push(label(kernelX - GAP / 2, y + input.height / 2 + 13, "⋆", { size: 34 }));
    right = Math.max(right, kernelX + Math.max(kernel.width, 72));
    y += input.height + 18;
  }
  const output = outputGrid(trace, say(words.output));
  pieces.push(translated(right + GAP, (y - 18 - output.height) / 2, output.content));
  pieces.push(label(right + GAP / 2, (y - 18) / 2 + 13, "=", { size: 22 }));
  const width = right + GAP + output.width;
  let below = Math.max(y, output.height + 18) + 6;
  const notes = [...equations(first), ...legend(trace, say)];
  for (const [i, line] of notes.entries()) {
    const isEquation = i < equations(first).length;
    const className = isEquation ? "cf-ink cf-mono" : "cf-soft";
    pieces.push(label(0, below, line, { anchor: "start", size: 13, className }));
    below += 22;
  }
  const widest = Math.max(...notes.map((line) => line.length * 8));
  return { width: Math.max(width, widest), height: below - 10, content: pieces.join("") };
}

function legend(trace: TraceOutput, say: (text: Localized) => string): string[] {
  const steps = traceConvolution(trace.x, trace.weight, trace.options);
  const isPadded = steps.paddedSize.some((size, axis) => size !== trace.x.shape[axis + 2]);
  return [...(isPadded ? [say(words.padding)] : []), ...(steps.unreadPixels().length > 0 ? [say(words.unread)] : [])];
}

function inputGrid(trace: TraceOutput, first: TraceCell, channel: number, caption: string): Drawing {
  const steps = traceConvolution(trace.x, trace.weight, trace.options);
  const [height, width] = steps.paddedSize as [number, number];
  const [top, left] = paddingBefore(trace);
  const unread = new Set(steps.unreadPixels().map((pixel) => pixel.join()));
  const active = new Set(first.partialSums[0]!.terms.map(({ inputPosition }) => inputPosition.join()));
  const rows = Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (__, j): GridCell => {
      const pixel = [i - top, j - left] as const;
      const isPadding = steps.isPadding(pixel);
      const text = isPadding ? "0" : short(valueAt(trace.x, 0, channel, ...pixel));
      const key = pixel.join();
      if (active.has(key)) return { text, className: "cf-input" };
      if (isPadding) return { text, className: "cf-ring" };
      return { text, className: unread.has(key) ? "cf-unread" : "cf-cell" };
    }),
  );
  const drawn = grid(rows, caption);
  const side = drawn.width / width;
  const outlines = trace.steps.slice(1).map((position) => {
    const { window } = steps.cell(position);
    const [y, x] = [window.first[0]! + top, window.first[1]! + left];
    const [h, w] = [window.last[0]! - window.first[0]! + 1, window.last[1]! - window.first[1]! + 1];
    const inset = 3;
    return element("rect", {
      x: x * side + inset,
      y: drawn.height - height * side + y * side + inset,
      width: w * side - 2 * inset,
      height: h * side - 2 * inset,
      class: "cf-window",
    });
  });
  return { ...drawn, content: drawn.content + outlines.join("") };
}

function kernelGrid({ weight }: TraceOutput, channel: number, caption: string): Drawing {
  const [, , kh, kw] = weight.shape as [number, number, number, number];
  return grid(
    rowsOf(kh, kw, (i, j) => ({ text: short(valueAt(weight, 0, channel, i, j)), className: "cf-kernel" })),
    caption,
  );
}

function outputGrid({ output, steps }: TraceOutput, caption: string): Drawing {
  const [, , h, w] = output.shape as [number, number, number, number];
  const [row, column] = steps[0]!;
  return grid(
    rowsOf(h, w, (i, j) => ({
      text: short(valueAt(output, 0, 0, i, j)),
      className: i === row && j === column ? "cf-output" : "cf-cell",
    })),
    caption,
  );
}

function rowsOf(h: number, w: number, cell: (i: number, j: number) => GridCell): GridCell[][] {
  return Array.from({ length: h }, (_, i) => Array.from({ length: w }, (__, j) => cell(i, j)));
}

function valueAt(array: TraceOutput["x"], n: number, c: number, i: number, j: number): number {
  const [, channels, h, w] = array.shape as [number, number, number, number];
  return array.data[((n * channels + c) * h + i) * w + j]!;
}

/** Rows and columns of padding before the picture. */
function paddingBefore({ options }: TraceOutput): [number, number] {
  const [[top], [left]] = paddingPerAxis("convolutionFigure", options.padding ?? 0, 2) as [PadPair, PadPair];
  return [top, left];
}
