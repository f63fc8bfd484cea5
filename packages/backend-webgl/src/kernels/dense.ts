import { activation, DENSE, type DenseAttrs } from "@camada/tensor";
import type { KernelFunc, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { WebglBackend } from "../webgl-backend.ts";

/** Products that one sum takes, in pairs. Long sums are split: that leaves smaller errors, and a GPU more to do at once. */
const PAIRS_OF_A_PART = 256;

/** `[parts, n, units]`: sums of parts of the products of `[n, size]` and `[units, size]`, two by two of them at a time. */
class PartialSumsProgram {
  readonly variableNames = ["X", "W"];
  readonly packedInputs = true;
  readonly packedOutput = true;
  readonly outputShape: number[];
  readonly userCode: string;

  constructor(parts: number, n: number, units: number, size: number) {
    this.outputShape = [parts, n, units];
    this.userCode = `
      void main() {
        ivec3 place = getOutputCoords();
        int from = place.x * ${PAIRS_OF_A_PART};
        int to = min(from + ${PAIRS_OF_A_PART}, ${Math.ceil(size / 2)});
        vec4 sum = vec4(0.0);
        for (int pair = from; pair < to; pair++) {
          vec4 x = getX(place.y, 2 * pair);
          vec4 w = getW(place.z, 2 * pair);
          sum += x.xxzz * w.xzxz + x.yyww * w.ywyw;
        }
        setOutput(sum);
      }
    `;
  }
}

/** `[n, units]`: the sum of `[parts, n, units]` over the parts, and the bias. */
class WholeSumsProgram {
  readonly variableNames: string[];
  readonly packedInputs = true;
  readonly packedOutput = true;
  readonly outputShape: number[];
  readonly userCode: string;

  constructor(parts: number, n: number, units: number, hasBias: boolean) {
    this.variableNames = hasBias ? ["P", "B"] : ["P"];
    this.outputShape = [n, units];
    this.userCode = `
      void main() {
        ivec2 place = getOutputCoords();
        vec4 sum = vec4(0.0);
        for (int part = 0; part < ${parts}; part++) {
          sum += getP(part, place.x, place.y);
        }
        ${hasBias ? "sum += getB(0, place.y).xyxy;" : ""}
        // Beyond the last row and the last unit there must be zeros: products read them.
        bool row = place.x + 1 < ${n};
        bool unit = place.y + 1 < ${units};
        setOutput(mix(vec4(0.0), sum, bvec4(true, unit, row, row && unit)));
      }
    `;
  }
}

const dense: KernelFunc = ({ inputs, attrs, backend: any }) => {
  const backend = any as WebglBackend;
  const { x, weight, bias } = inputs as { x: TensorInfo; weight: TensorInfo; bias?: TensorInfo };
  const [n, size] = x.shape as [number, number];
  const units = weight.shape[0]!;
  const parts = Math.max(1, Math.ceil(size / (2 * PAIRS_OF_A_PART)));
  const partial = backend.runWebGLProgram(new PartialSumsProgram(parts, n, units, size), [x, weight], "float32");
  const row = bias === undefined ? [] : [{ ...bias, shape: [1, units] }];
  const program = new WholeSumsProgram(parts, n, units, bias !== undefined);
  const whole = backend.runWebGLProgram(program, [partial, ...row], "float32");
  backend.disposeIntermediateTensorInfo(partial);
  const { activation: kind } = attrs as unknown as DenseAttrs;
  if (kind === "linear") return whole;
  return tf.tidy((): Tensor => activation(tf.engine().makeTensorFromTensorInfo(whole), kind));
};

export const denseKernel = { kernelName: DENSE, kernelFunc: dense };
