import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { DrawnProgram } from "../drawn-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";
import { LAST_OF, texelsOf, type Walk } from "./convolution-geometry.ts";

/**
 * A weight as four output channels in a texel, in the order `[group, four outputs, tap of depth, tap of height, four inputs,
 * tap of width, input]`.
 */
const program: DrawnProgram = {
  name: "filter texels",
  inputs: [["weight", "packed"]],
  numbers: [
    ...["ins", "outs", "kernelD", "kernelH", "kernelW", "perGroup", "perOut", "perIn"],
    // Whether the taps are turned around, and of a weight with one spatial axis the second extent, else 0.
    ...["isTurned", "lineChannels"],
  ],
  results: 1,
  code: `
    ${LAST_OF}
    float element(int filterAt, int kz, int kr, int ks) {
      int block = filterAt * kernelD + kz;
      int row = kr;
      int rows = kernelH;
      if (lineChannels > 0) {
        block = over(filterAt, lineChannels);
        row = filterAt - block * lineChannels;
        rows = lineChannels;
      }
      vec4 four = weight((block * ((rows + 1) >> 1) + (row >> 1)) * ((kernelW + 1) >> 1) + (ks >> 1));
      vec2 pair = (row & 1) == 0 ? four.xy : four.zw;
      return (ks & 1) == 0 ? pair.x : pair.y;
    }
    void run(int texel) {
      int rest = texel >> 2;
      int ks = lastOf(rest, kernelW);
      int inAt = (lastOf(rest, (ins + 3) >> 2) << 2) + (texel & 3);
      int kr = lastOf(rest, kernelH);
      int kz = lastOf(rest, kernelD);
      int texelsOut = (outs + 3) >> 2;
      int group = over(rest, texelsOut);
      int out0 = (rest - group * texelsOut) << 2;
      result0 = vec4(0.0);
      if (inAt >= ins) return;
      if (isTurned == 1) {
        kz = kernelD - 1 - kz;
        kr = kernelH - 1 - kr;
        ks = kernelW - 1 - ks;
      }
      int at = group * perGroup + inAt * perIn + out0 * perOut;
      result0.x = element(at, kz, kr, ks);
      if (out0 + 1 < outs) result0.y = element(at + perOut, kz, kr, ks);
      if (out0 + 2 < outs) result0.z = element(at + 2 * perOut, kz, kr, ks);
      if (out0 + 3 < outs) result0.w = element(at + 3 * perOut, kz, kr, ks);
    }`,
};

/** @returns how many texels the weight of a walk takes. */
function countOf({ groups, ins, outs, kernel }: Walk): number {
  return groups * texelsOf(outs) * util.sizeFromShape([...kernel]) * texelsOf(ins) * 4;
}

/**
 * A weight as texels; the caller frees them.
 * @param weight `[cOut, cIn / groups, ...kernel]`
 * @param walk forward, or with `isTurned` backward
 */
export function filterTexels(backend: WebglBackend, weight: TensorInfo, walk: Walk, isTurned: boolean): TensorInfo {
  const { ins, outs, kernel } = walk;
  const isLine = weight.shape.length === 3;
  const [rows, columns] = weight.shape.slice(-2) as [number, number];
  const shape = [util.sizeFromShape(weight.shape) / (rows * columns), rows, columns];
  const numbers = {
    ...{ ins, outs, kernelD: kernel[0], kernelH: kernel[1], kernelW: kernel[2] },
    perGroup: ins * outs,
    perOut: isTurned ? 1 : ins,
    perIn: isTurned ? outs : 1,
    isTurned: isTurned ? 1 : 0,
    lineChannels: isLine ? rows : 0,
  };
  return backend.draw(program, [{ ...weight, shape }], numbers, { texels: countOf(walk) })[0]!;
}
