import { type PadPair, paddingPerAxis, traceConvolution } from "@camada/conv-math";
import { equations } from "../figures/convolution-figure.ts";
import { inLanguage, type Language } from "../localized.ts";
import type { TraceOutput } from "../output.ts";
import { beside, indented, padded, widest, wrapped } from "./layout.ts";
import { messages } from "./messages.ts";
import type { Style } from "./screen.ts";

/** Pictures with more cells than this are not drawn in the terminal: only steps are written out. */
const MOST_CELLS = 36;

/** A convolution as lines: grids with the first window marked, then each step with its products. */
export function traceLines(trace: TraceOutput, width: number, language: Language, style: Style): string[] {
  const steps = traceConvolution(trace.x, trace.weight, trace.options);
  const written = trace.steps.flatMap((position) => {
    const name = `Y[${position.join(", ")}] = `;
    const indent = name.length;
    const lines = equations(steps.cell(position)).flatMap((line) => wrapped(line, width - indent));
    return [name + lines[0]!, ...indented(lines.slice(1), indent)];
  });
  const [h, w] = steps.paddedSize as [number, number];
  const unread = steps.unreadPixels().length;
  const count = unread === 0 ? [] : [style.dim(`${messages.neverRead[language]}: ${unread}`)];
  if (h * w > MOST_CELLS) return [...written, ...count];
  return [...gridLines(trace, width, language, style), "", ...written];
}

function gridLines(trace: TraceOutput, width: number, language: Language, style: Style): string[] {
  const steps = traceConvolution(trace.x, trace.weight, trace.options);
  const first = steps.cell(trace.steps[0]!);
  const [[top], [left]] = paddingPerAxis("traceLines", trace.options.padding ?? 0, 2) as [PadPair, PadPair];
  const active = new Set(first.partialSums[0]!.terms.map(({ inputPosition }) => inputPosition.join()));
  const unread = new Set(steps.unreadPixels().map((pixel) => pixel.join()));
  const [height, columns] = steps.paddedSize as [number, number];
  const [, channels, kh, kw] = trace.weight.shape as [number, number, number, number];
  const [, , xh, xw] = trace.x.shape as [number, number, number, number];
  const [, , oh, ow] = trace.output.shape as [number, number, number, number];
  const say = (key: "input" | "kernel" | "output" | "channel"): string => inLanguage(messages[key], language);

  const inputs = Array.from({ length: channels }, (_, c) => {
    const rows = matrix(height, columns, (i, j) => {
      const pixel = [i - top, j - left];
      const value = steps.isPadding(pixel) ? "·" : short(trace.x.data[(c * xh + pixel[0]!) * xw + pixel[1]!]!);
      if (active.has(pixel.join())) return `[${value}]`;
      return unread.has(pixel.join()) ? `/${value}/` : ` ${value} `;
    });
    const kernel = matrix(kh, kw, (i, j) => ` ${short(trace.weight.data[(c * kh + i) * kw + j]!)} `);
    const suffix = channels === 1 ? "" : `, ${say("channel")} ${c}`;
    return beside([say("input") + suffix, ...rows], [say("kernel"), ...kernel], width);
  });
  const [row, column] = trace.steps[0]!;
  const outputs = matrix(oh, ow, (i, j) => {
    const value = short(trace.output.data[i * ow + j]!);
    return i === row && j === column ? `[${value}]` : ` ${value} `;
  });
  const left0 = inputs.flatMap((lines, c) => (c === 0 ? lines : ["", ...lines]));
  const legend = [
    inLanguage(messages.firstWindow, language),
    ...(height !== xh || columns !== xw ? [inLanguage(messages.paddingMark, language)] : []),
    ...(unread.size > 0 ? [inLanguage(messages.unreadMark, language)] : []),
  ];
  return [...beside(left0, [say("output"), ...outputs], width), style.dim(legend.join("   "))];
}

/** Rows of entries in columns of one width. */
function matrix(h: number, w: number, entry: (i: number, j: number) => string): string[] {
  const entries = Array.from({ length: h }, (_, i) => Array.from({ length: w }, (__, j) => entry(i, j)));
  const column = widest(entries.flat());
  return entries.map((row) => row.map((text) => padded(text, column, "right")).join(" "));
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
