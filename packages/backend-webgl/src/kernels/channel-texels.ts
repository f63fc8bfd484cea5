import type { Activation } from "@camada/tensor";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { slopeCode } from "../activation-code.ts";
import type { DrawnProgram } from "../drawn-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";
import { texelsOf } from "./convolution-geometry.ts";

/** How rows of a batch become rows of texels. */
export interface Rows {
  readonly groups: number;
  /** Texels of a row of the result, of which those before and beyond the input's and between them are zeros. */
  readonly columns: number;
  readonly before: number;
  readonly gap: number;
}

/** A gradient through a fused activation, and the activated value; without one, `linear`. */
export interface Slope {
  readonly activation: Activation;
  readonly y?: TensorInfo | undefined;
}

const NUMBERS = ["rowLength", "channels", "groups", "ins", "columns", "before", "gap"];

/** Four channels of a group at one place in a texel, in the order `[row of the batch, group, four channels, column]`. */
function programOf(activation: Activation, isAligned: boolean): DrawnProgram {
  const slopes = activation !== "linear";
  // The channels of an even group begin with a texel of the packed tensor; those of an odd one may begin in its middle.
  const four = (name: string): string =>
    isAligned
      ? `vec4 ${name}Four(int at, int channel, bool isSecond) {
          vec4 a = ${name}(at + (channel >> 1));
          vec4 b = ${name}(at + (channel >> 1) + 1);
          return isSecond ? vec4(a.zw, b.zw) : vec4(a.xy, b.xy);
        }`
      : `float ${name}One(int at, int channel, bool isSecond) {
          vec4 a = ${name}(at + (channel >> 1));
          vec2 pair = isSecond ? a.zw : a.xy;
          return (channel & 1) == 0 ? pair.x : pair.y;
        }
        vec4 ${name}Four(int at, int channel, bool isSecond) {
          return vec4(${name}One(at, channel, isSecond), ${name}One(at, channel + 1, isSecond),
            ${name}One(at, channel + 2, isSecond), ${name}One(at, channel + 3, isSecond));
        }`;
  return {
    name: `channel texels ${activation}${isAligned ? " aligned" : ""}`,
    inputs: [["x", "packed"], ...(slopes ? [["y", "packed"] as const] : [])],
    numbers: NUMBERS,
    results: 1,
    code: `
      ${four("x")}
      ${slopes ? slopeCode(activation) + four("y") : ""}
      void run(int texel) {
        int line = over(texel, columns);
        int place = texel - line * columns - before;
        int texels = (ins + 3) >> 2;
        int row = over(line, groups * texels);
        int ofRow = line - row * groups * texels;
        int group = over(ofRow, texels);
        int first = (ofRow - group * texels) << 2;
        result0 = vec4(0.0);
        if (place < 0) return;
        int column = over(place, gap);
        if (column * gap != place || column >= rowLength) return;
        int pairs = (channels + 1) >> 1;
        int at = (row * ((rowLength + 1) >> 1) + (column >> 1)) * pairs;
        int channel = group * ins + first;
        bool isSecond = (column & 1) == 1;
        vec4 value = xFour(at, channel, isSecond);
        ${slopes ? "value *= slope(yFour(at, channel, isSecond));" : ""}
        result0 = mix(vec4(0.0), value, lessThan(ivec4(first) + ivec4(0, 1, 2, 3), ivec4(ins)));
      }`,
  };
}

/** A batch `[n, ...spatial, c]` as texels; the caller frees them. */
export function channelTexels(
  backend: WebglBackend,
  x: TensorInfo,
  rows: Rows,
  { activation, y }: Slope = { activation: "linear" },
): TensorInfo {
  const [rowLength, channels] = x.shape.slice(-2) as [number, number];
  const count = util.sizeFromShape(x.shape.slice(0, -2));
  const ins = channels / rows.groups;
  const shape = [count, rowLength, channels];
  const program = programOf(activation, rows.groups === 1 || ins % 2 === 0);
  const inputs = [{ ...x, shape }, ...(activation === "linear" ? [] : [{ ...y!, shape }])];
  const texels = count * rows.groups * texelsOf(ins) * rows.columns;
  return backend.draw(program, inputs, { ...rows, rowLength, channels, ins }, { texels })[0]!;
}
