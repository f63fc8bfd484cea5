import { CONVOLUTION_WEIGHT_GRADIENT, type ConvolutionWeightGradientAttrs } from "@camada/tensor";
import { util, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import type { DrawnProgram } from "../drawn-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";
import { channelSums } from "./channel-sums.ts";
import { channelTexels } from "./channel-texels.ts";
import {
  forwardWalk,
  LAST_OF,
  ROW_NUMBERS,
  ROW_OF_INPUT,
  texelsOf,
  walkNumbers,
  type Walk,
} from "./convolution-geometry.ts";
import { linesOfAPart } from "./parts.ts";
import { eachResult, range, RESULTS } from "./tile.ts";

/**
 * Sums over a part of the rows of the result: four output channels in a texel, a texture for each of four input channels.
 */
const sumsProgram: DrawnProgram = {
  name: "weight gradient",
  inputs: [
    ["x", "flat"],
    ["dz", "flat"],
  ],
  numbers: [
    ...ROW_NUMBERS,
    ...["groups", "texelsIn", "texelsOut", "rowLength", "kernelD", "kernelH", "kernelW", "yD", "yH", "yW"],
    ...["stridesW", "dilationsW", "lines", "linesOfAPart"],
  ],
  results: RESULTS,
  code: `
    ${ROW_OF_INPUT}
    ${LAST_OF}
    void run(int texel) {
      int rest = texel;
      int ks = lastOf(rest, kernelW);
      int kr = lastOf(rest, kernelH);
      int kz = lastOf(rest, kernelD);
      int fourIn = lastOf(rest, texelsIn);
      int fourOut = lastOf(rest, texelsOut);
      int group = lastOf(rest, groups);
      int from = rest * linesOfAPart;
      int to = min(from + linesOfAPart, lines);
      ${eachResult((i) => `vec4 sum${i} = vec4(0.0);`)}
      for (int line = from; line < to; line++) {
        int image = line;
        int r = lastOf(image, yH);
        int z = lastOf(image, yD);
        int row = rowOfInput(image, z, r, kz, kr);
        if (row < 0) continue;
        int at = ((row * groups + group) * texelsIn + fourIn) * rowLength + ks * dilationsW;
        int dzAt = ((line * groups + group) * texelsOut + fourOut) * yW;
        for (int j = 0; j < yW; j++) {
          vec4 ofResult = dz(dzAt + j);
          vec4 ofInput = x(at);
          ${eachResult((i) => `sum${i} += ofResult * ofInput[${i}];`)}
          at += stridesW;
        }
      }
      ${eachResult((i) => `result${i} = sum${i};`)}
    }`,
};

/** Adds up the parts. */
const partsProgram: DrawnProgram = {
  name: "weight gradient parts",
  inputs: range(RESULTS).map((i) => [`sums${i}`, "flat"] as const),
  numbers: ["parts", "tiles"],
  results: RESULTS,
  code: `
    void run(int texel) {
      ${eachResult((i) => `result${i} = vec4(0.0);`)}
      for (int part = 0, at = texel; part < parts; part++, at += tiles) {
        ${eachResult((i) => `result${i} += sums${i}(at);`)}
      }
    }`,
};

/** Brings the sums into the order in which tfjs packs a weight. */
const resultProgram: DrawnProgram = {
  name: "weight gradient result",
  inputs: range(RESULTS).map((i) => [`sums${i}`, "flat"] as const),
  numbers: [
    ...["ins", "outs", "texelsIn", "texelsOut", "kernelD", "kernelH", "kernelW"],
    // Extents of the last two axes, and whether the first of them is that of the input channels.
    ...["rows", "columns", "isLine"],
  ],
  results: 1,
  code: `
    float element(int block, int row, int column) {
      if (row >= rows || column >= columns) return 0.0;
      int filterAt = isLine == 1 ? block * ins + row : over(block, kernelD);
      int kz = isLine == 1 ? 0 : block - filterAt * kernelD;
      int kr = isLine == 1 ? 0 : row;
      int outAt = over(filterAt, ins);
      int inAt = filterAt - outAt * ins;
      int group = over(outAt, outs);
      outAt -= group * outs;
      int at = ((group * texelsOut + (outAt >> 2)) * texelsIn + (inAt >> 2)) * kernelD + kz;
      at = (at * kernelH + kr) * kernelW + column;
      vec4 four = ${range(RESULTS)
        .map((i) => `sums${i}(at)`)
        .reduceRight((rest, sum, i) => `(inAt & 3) == ${i} ? ${sum} : ${rest}`)};
      return four[outAt & 3];
    }
    void run(int texel) {
      int pairs = (columns + 1) >> 1;
      int halves = (rows + 1) >> 1;
      int line = over(texel, pairs);
      int column = (texel - line * pairs) << 1;
      int block = over(line, halves);
      int row = (line - block * halves) << 1;
      result0 = vec4(element(block, row, column), element(block, row, column + 1),
        element(block, row + 1, column), element(block, row + 1, column + 1));
    }`,
};

function weightGradientOf(
  backend: WebglBackend,
  walk: Walk,
  { x, dz, shape }: { readonly x: TensorInfo; readonly dz: TensorInfo; readonly shape: readonly number[] },
): TensorInfo {
  const { samples, groups, ins, outs, kernel, y, strides, dilations, before } = walk;
  const rowLength = (y[2] - 1) * strides[2] + (kernel[2] - 1) * dilations[2] + 1;
  const batch = channelTexels(backend, x, { groups, columns: rowLength, before: before[2], gap: 1 });
  const [texelsIn, texelsOut] = [texelsOf(ins), texelsOf(outs)];
  const lines = samples * y[0] * y[1];
  const tiles = groups * texelsOut * texelsIn * util.sizeFromShape([...kernel]);
  const perPart = linesOfAPart(lines, y[2], tiles);
  const parts = Math.ceil(lines / perPart);
  const numbers = { ...walkNumbers(walk), groups, ins, outs, texelsIn, texelsOut, rowLength, lines, parts, tiles };
  const drawn = { texels: tiles * parts };
  let sums = backend.draw(sumsProgram, [batch, dz], { ...numbers, linesOfAPart: perPart }, drawn);
  backend.disposeData(batch.dataId);
  if (parts > 1) {
    const inParts = sums;
    sums = backend.draw(partsProgram, inParts, numbers, { texels: tiles });
    for (const { dataId } of inParts) backend.disposeData(dataId);
  }
  const [rows, columns] = shape.slice(-2) as [number, number];
  const [result] = backend.draw(
    resultProgram,
    sums,
    { ...numbers, rows, columns, isLine: shape.length === 3 ? 1 : 0 },
    { shape: [util.sizeFromShape([...shape]) / (rows * columns), rows, columns] },
  );
  for (const { dataId } of sums) backend.disposeData(dataId);
  return { ...result!, shape: [...shape] };
}

const weightGradient: KernelFunc = ({ inputs, attrs, backend: any }) => {
  const backend = any as WebglBackend;
  const { x, dy, y } = inputs as { x: TensorInfo; dy: TensorInfo; y?: TensorInfo };
  const { activation, weightShape, withBias, ...geometry } = attrs as unknown as ConvolutionWeightGradientAttrs;
  const walk = forwardWalk(x.shape, weightShape, dy.shape, geometry);
  const { groups } = walk;
  const dz = channelTexels(backend, dy, { groups, columns: walk.y[2], before: 0, gap: 1 }, { activation, y });
  const dWeight = weightGradientOf(backend, walk, { x, dz, shape: weightShape });
  const lines = { lines: walk.samples * walk.y[0] * walk.y[1], columns: walk.y[2] };
  const dBias = withBias ? [channelSums(backend, dz, { groups, channels: weightShape[0]!, ...lines })] : [];
  backend.disposeData(dz.dataId);
  return [dWeight, ...dBias];
};

export const convolutionWeightGradientKernel = { kernelName: CONVOLUTION_WEIGHT_GRADIENT, kernelFunc: weightGradient };
