import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { DrawnProgram } from "../drawn-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";
import { texelsOf } from "./convolution-geometry.ts";
import { linesOfAPart } from "./parts.ts";

/** Sums of parts of the rows, `[part, four channels]`. */
const sumsProgram: DrawnProgram = {
  name: "channel sums",
  inputs: [["dz", "flat"]],
  numbers: ["texels", "lines", "columns", "linesOfAPart"],
  results: 1,
  code: `
    void run(int texel) {
      int part = over(texel, texels);
      int four = texel - part * texels;
      int to = min((part + 1) * linesOfAPart, lines);
      vec4 sum = vec4(0.0);
      for (int line = part * linesOfAPart; line < to; line++) {
        int at = (line * texels + four) * columns;
        for (int j = 0; j < columns; j++) sum += dz(at + j);
      }
      result0 = sum;
    }`,
};

/** Adds up the parts, as tfjs packs a vector. */
const resultProgram: DrawnProgram = {
  name: "channel sums result",
  inputs: [["sums", "flat"]],
  numbers: ["channels", "outs", "texelsOut", "texels", "parts"],
  results: 1,
  code: `
    float element(int channel) {
      if (channel >= channels) return 0.0;
      int group = over(channel, outs);
      int ofGroup = channel - group * outs;
      int at = group * texelsOut + (ofGroup >> 2);
      float sum = 0.0;
      for (int part = 0; part < parts; part++) {
        sum += sums(at)[ofGroup & 3];
        at += texels;
      }
      return sum;
    }
    void run(int texel) { result0 = vec4(element(2 * texel), element(2 * texel + 1), 0.0, 0.0); }`,
};

/** What is summed: rows of texels, `[row, group, four channels, column]`. */
export interface SummedRows {
  readonly groups: number;
  /** Of all groups. */
  readonly channels: number;
  readonly lines: number;
  readonly columns: number;
}

/** Sum of every channel, `[channels]`: the gradient of a bias. */
export function channelSums(backend: WebglBackend, dz: TensorInfo, rows: SummedRows): TensorInfo {
  const { groups, channels, lines, columns } = rows;
  const outs = channels / groups;
  const texelsOut = texelsOf(outs);
  const texels = groups * texelsOut;
  const perPart = linesOfAPart(lines, columns, texels);
  // A batch without a sample has one part, without a row.
  const parts = Math.max(1, Math.ceil(lines / perPart));
  const drawn = { texels: texels * parts };
  const [sums] = backend.draw(sumsProgram, [dz], { texels, lines, columns, linesOfAPart: perPart }, drawn);
  const numbers = { channels, outs, texelsOut, texels, parts };
  const [result] = backend.draw(resultProgram, [sums!], numbers, { shape: [channels] });
  backend.disposeData(sums!.dataId);
  return result!;
}
