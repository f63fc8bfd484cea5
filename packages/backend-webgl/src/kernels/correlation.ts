import type { Activation } from "@camada/tensor";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { activationCode } from "../activation-code.ts";
import type { DrawnProgram } from "../drawn-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";
import { channelTexels, type Slope } from "./channel-texels.ts";
import { ROW_NUMBERS, ROW_OF_INPUT, texelsOf, walkNumbers, type Walk } from "./convolution-geometry.ts";
import { filterTexels } from "./filter-texels.ts";
import { range, RESULTS } from "./tile.ts";

/** `activation(x * weight + bias)`, on a batch with its channels last. */
export interface Correlation {
  readonly walk: Walk;
  /** `[n, ...spatial, c]`; with a slope it is a gradient that goes back through the activation first. */
  readonly x: TensorInfo;
  readonly slope?: Slope;
  readonly weight: TensorInfo;
  /** Whether the weight's taps are turned around and its channels change places. */
  readonly isTurned: boolean;
  readonly bias?: TensorInfo | undefined;
  readonly activation?: Activation;
  /** Shape of the result. */
  readonly shape: readonly number[];
}

/**
 * Sums of four output channels at places side by side in a row, a texture for each place. A fragment reads every texel of
 * the input and of the weight once for all of its places.
 */
function sumsProgram(taps: number, stride: number, dilation: number): DrawnProgram {
  const places = range(RESULTS);
  const offsets = [...new Set(places.flatMap((p) => range(taps).map((k) => p * stride + k * dilation)))];
  const products = range(taps).flatMap((k) => [
    `f = filterAt + ${4 * k}; fx = filters(f); fy = filters(f + 1); fz = filters(f + 2); fw = filters(f + 3);`,
    ...places.map((p) => {
      const x = `x${p * stride + k * dilation}`;
      return `sum${p} += fx * ${x}.x + fy * ${x}.y + fz * ${x}.z + fw * ${x}.w;`;
    }),
  ]);
  return {
    name: `correlation ${taps} ${stride} ${dilation}`,
    inputs: [
      ["x", "flat"],
      ["filters", "flat"],
    ],
    numbers: [
      ...ROW_NUMBERS,
      ...["samples", "groups", "texelsIn", "texelsOut", "columns", "rowLength", "kernelD", "kernelH", "yD", "yH"],
    ],
    results: RESULTS,
    code: `
      ${ROW_OF_INPUT}
      void run(int texel) {
        int tiles = samples * yD * yH * columns;
        int outAt = over(texel, tiles);
        int group = over(outAt, texelsOut);
        ${places.map((p) => `vec4 sum${p} = vec4(0.0);`).join("\n")}
        if (group < groups) {
          int line = over(texel - outAt * tiles, columns);
          int first = (texel - outAt * tiles - line * columns) * ${RESULTS * stride};
          int rest = over(line, yH);
          int r = line - rest * yH;
          int image = over(rest, yD);
          int z = rest - image * yD;
          int filterAt = outAt * kernelD * kernelH * texelsIn * ${4 * taps};
          vec4 fx, fy, fz, fw;
          int f;
          for (int kz = 0; kz < kernelD; kz++) {
            for (int kr = 0; kr < kernelH; kr++) {
              int row = rowOfInput(image, z, r, kz, kr);
              if (row < 0) {
                filterAt += texelsIn * ${4 * taps};
                continue;
              }
              int at = (row * groups + group) * texelsIn * rowLength + first;
              for (int four = 0; four < texelsIn; four++) {
                ${offsets.map((offset) => `vec4 x${offset} = x(at + ${offset});`).join("\n")}
                ${products.join("\n")}
                at += rowLength;
                filterAt += ${4 * taps};
              }
            }
          }
        }
        ${places.map((p) => `result${p} = sum${p};`).join("\n")}
      }`,
  };
}

/**
 * Adds the bias, activates, and brings the sums into the order in which tfjs packs a tensor.
 * @param isAligned whether two channels of a texel of the result never lie in two texels of the sums
 */
function resultProgram(hasBias: boolean, activation: Activation, isAligned: boolean): DrawnProgram {
  const half = (which: number): string =>
    range(RESULTS / 2)
      .map((i) => `sums${2 * i + which}(at)`)
      .reduceRight((rest, sum, i) => `pair == ${i} ? ${sum} : ${rest}`);
  return {
    name: `correlation result ${activation}${hasBias ? " bias" : ""}${isAligned ? " aligned" : ""}`,
    inputs: [
      ...range(RESULTS).map((p) => [`sums${p}`, "flat"] as const),
      ...(hasBias ? [["bias", "packed"] as const] : []),
    ],
    numbers: ["places", "channels", "outs", "texelsOut", "columns", "tiles"],
    results: 1,
    code: `
      ${activationCode(activation)}
      vec2 pairOf(vec4 four, int ofGroup) { return (ofGroup & 2) == 0 ? four.xy : four.zw; }
      /** Two places of two channels; where they are not aligned, of one channel, twice. */
      vec4 sumsOf(int line, int place, int channel) {
        int group = over(channel, outs);
        int ofGroup = channel - group * outs;
        int at = (group * texelsOut + (ofGroup >> 2)) * tiles + line * columns + place / ${RESULTS};
        int pair = (place % ${RESULTS}) >> 1;
        vec4 a = ${half(0)};
        vec4 b = ${half(1)};
        ${isAligned ? "return vec4(pairOf(a, ofGroup), pairOf(b, ofGroup));" : "return vec4(a[ofGroup & 3], 0.0, b[ofGroup & 3], 0.0);"}
      }
      void run(int texel) {
        int pairs = (channels + 1) >> 1;
        int row = over(texel, pairs);
        int channel = (texel - row * pairs) << 1;
        int halves = (places + 1) >> 1;
        int line = over(row, halves);
        int place = (row - line * halves) << 1;
        bool isPlace = place + 1 < places;
        bool isChannel = channel + 1 < channels;
        vec4 four = sumsOf(line, place, channel);
        ${isAligned ? "" : "if (isChannel) four += sumsOf(line, place, channel + 1).yxwz;"}
        ${hasBias ? "four += bias(channel >> 1).xyxy;" : ""}
        // Beyond the last place and the last channel there must be zeros: products read them.
        result0 = mix(vec4(0.0), activate(four), bvec4(true, isChannel, isPlace, isPlace && isChannel));
      }`,
  };
}

/** A cross-correlation: a convolution, or of a gradient with turned weights its input's gradient. */
export function correlation(backend: WebglBackend, call: Correlation): TensorInfo {
  const { walk, x, slope, weight, isTurned, bias, activation = "linear", shape } = call;
  const { samples, groups, ins, outs, kernel, y, strides, dilations, before, gaps } = walk;
  const [stride, dilation] = [strides[2], dilations[2]];
  const columns = Math.ceil(y[2] / RESULTS);
  const rowLength = (columns * RESULTS - 1) * stride + (kernel[2] - 1) * dilation + 1;
  const [texelsIn, texelsOut] = [texelsOf(ins), texelsOf(outs)];
  const tiles = samples * y[0] * y[1] * columns;
  const batch = channelTexels(backend, x, { groups, columns: rowLength, before: before[2], gap: gaps[2] }, slope);
  const filters = filterTexels(backend, weight, walk, isTurned);
  const sums = backend.draw(
    sumsProgram(kernel[2], stride, dilation),
    [batch, filters],
    { ...walkNumbers(walk), samples, groups, texelsIn, texelsOut, columns, rowLength },
    { texels: groups * texelsOut * tiles },
  );
  for (const { dataId } of [batch, filters]) backend.disposeData(dataId);
  const channels = groups * outs;
  const [result] = backend.draw(
    resultProgram(bias !== undefined, activation, groups === 1 || outs % 2 === 0),
    [...sums, ...(bias === undefined ? [] : [{ ...bias, shape: [1, channels] }])],
    { places: y[2], channels, outs, texelsOut, columns, tiles },
    { shape: [util.sizeFromShape(shape.slice(0, -2)), y[2], channels] },
  );
  for (const { dataId } of sums) backend.disposeData(dataId);
  return { ...result!, shape: [...shape] };
}
