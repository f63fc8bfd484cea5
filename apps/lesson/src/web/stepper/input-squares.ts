import { type ConvolutionTrace, type PadPair, paddingPerAxis, type TraceCell } from "@camada/conv-math";
import type { TraceOutput } from "../../output.ts";
import { say } from "../state.ts";
import { stepperWords } from "./stepper-words.ts";
import type { Square } from "./value-grid.tsx";

/** One channel of the padded input as squares: the window filled, padding dashed, pixels never read hatched. */
export function inputSquares(
  trace: TraceOutput,
  steps: ConvolutionTrace,
  cell: TraceCell,
  channel: number,
): Square[][] {
  const [height, width] = steps.paddedSize as [number, number];
  const [[top], [left]] = paddingPerAxis("stepper", trace.options.padding ?? 0, 2) as [PadPair, PadPair];
  const [, channels, h, w] = trace.x.shape as [number, number, number, number];
  const isOfGroup = cell.partialSums.some(({ inputChannel }) => inputChannel === channel && channel < channels);
  const active = new Set(isOfGroup ? cell.partialSums[0]!.terms.map(({ inputPosition }) => inputPosition.join()) : []);
  return Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (__, j): Square => {
      const pixel = [i - top, j - left] as const;
      const state = active.has(pixel.join()) ? " is-active" : "";
      if (steps.isPadding(pixel)) return { value: 0, className: `is-ring${state}`, note: say(stepperWords.padding) };
      const index = (channel * h + pixel[0]) * w + pixel[1];
      const value = trace.x.data[index]!;
      if (steps.readCount(pixel) > 0) return { value, className: `is-input${state}`, index };
      return { value, className: "is-unread", note: say(stepperWords.unread), index };
    }),
  );
}

/** One plane of the kernel as squares. */
export function kernelSquares({ weight }: TraceOutput, outputChannel: number, channel: number): Square[][] {
  const [, channels, kh, kw] = weight.shape as [number, number, number, number];
  return Array.from({ length: kh }, (_, i) =>
    Array.from({ length: kw }, (__, j): Square => {
      const index = ((outputChannel * channels + channel) * kh + i) * kw + j;
      return { value: weight.data[index]!, className: "is-kernel", index };
    }),
  );
}
