import { SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_GRADIENT } from "@camada/tensor";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { DrawnProgram } from "../drawn-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";

/** GLSL: one number of a packed matrix or vector, and the class of a sample. */
const READERS = `
  float oneOf(vec4 four, int row, int column) {
    vec2 pair = (row & 1) == 0 ? four.xy : four.zw;
    return (column & 1) == 0 ? pair.x : pair.y;
  }
  int labelOf(int row) { return clamp(int(oneOf(labels(row >> 1), 0, row)), 0, classes - 1); }`;

/** Of every sample in a texel: the largest score, the sum of the exponentials and the loss. */
const statistics: DrawnProgram = {
  name: "softmax cross-entropy statistics",
  inputs: [
    ["logits", "packed"],
    ["labels", "packed"],
  ],
  numbers: ["classes", "samples"],
  results: 1,
  code: `
    ${READERS}
    float logit(int row, int k) { return oneOf(logits((row >> 1) * ((classes + 1) >> 1) + (k >> 1)), row, k); }
    // By its bits: what a GPU makes of a comparison or a maximum with what is no number is its own affair.
    bool isScore(float x) { uint bits = floatBitsToUint(x); return (bits & 0x7f800000u) != 0x7f800000u || bits == 0xff800000u; }
    void run(int row) {
      result0 = vec4(0.0);
      if (row >= samples) return;
      float largest = logit(row, 0);
      bool isWhole = isScore(largest);
      for (int k = 1; k < classes; k++) {
        float x = logit(row, k);
        largest = max(largest, x);
        // Minus infinity is the score of a class that cannot be.
        isWhole = isWhole && isScore(x);
      }
      float sum = 0.0;
      for (int k = 0; k < classes; k++) sum += exp(logit(row, k) - largest);
      float loss = log(sum) - (logit(row, labelOf(row)) - largest);
      // A run that diverges must show it.
      result0 = isWhole ? vec4(largest, sum, loss, 0.0) : vec4(uintBitsToFloat(0x7fc00000u));
    }`,
};

const losses: DrawnProgram = {
  name: "softmax cross-entropy losses",
  inputs: [["rows", "flat"]],
  numbers: ["samples"],
  results: 1,
  code: `
    void run(int texel) {
      result0 = vec4(rows(2 * texel).z, 2 * texel + 1 < samples ? rows(2 * texel + 1).z : 0.0, 0.0, 0.0);
    }`,
};

/** GLSL: runs `element(row, k)` on the four numbers of a texel of `[samples, classes]`, with zeros beyond. */
const RUN = `
  void run(int texel) {
    int pairs = (classes + 1) >> 1;
    int line = over(texel, pairs);
    int k = (texel - line * pairs) << 1;
    int row = line << 1;
    bool isClass = k + 1 < classes;
    bool isRow = row + 1 < samples;
    result0 = vec4(element(row, k), isClass ? element(row, k + 1) : 0.0, isRow ? element(row + 1, k) : 0.0,
      isRow && isClass ? element(row + 1, k + 1) : 0.0);
  }`;

const probabilities: DrawnProgram = {
  name: "softmax cross-entropy probabilities",
  inputs: [
    ["logits", "packed"],
    ["rows", "flat"],
  ],
  numbers: ["classes", "samples"],
  results: 1,
  code: `
    float element(int row, int k) {
      vec4 four = logits((row >> 1) * ((classes + 1) >> 1) + (k >> 1));
      vec2 pair = (row & 1) == 0 ? four.xy : four.zw;
      vec4 ofRow = rows(row);
      bool isMissing = (floatBitsToUint(ofRow.y) & 0x7fffffffu) > 0x7f800000u;
      return isMissing ? ofRow.y : exp(((k & 1) == 0 ? pair.x : pair.y) - ofRow.x) / ofRow.y;
    }
    ${RUN}`,
};

const backward: DrawnProgram = {
  name: "softmax cross-entropy gradient",
  inputs: [
    ["dLoss", "packed"],
    ["labels", "packed"],
    ["probability", "packed"],
  ],
  numbers: ["classes", "samples"],
  results: 1,
  code: `
    ${READERS}
    float element(int row, int k) {
      float p = oneOf(probability((row >> 1) * ((classes + 1) >> 1) + (k >> 1)), row, k);
      return (labelOf(row) == k ? p - 1.0 : p) * oneOf(dLoss(row >> 1), 0, row);
    }
    ${RUN}`,
};

const asRow = (vector: TensorInfo): TensorInfo => ({ ...vector, shape: [1, vector.shape[0]!] });

const forwardFunc: KernelFunc = ({ inputs, backend: any }) => {
  const backend = any as WebglBackend;
  const { logits, labels } = inputs as { logits: TensorInfo; labels: TensorInfo };
  const [samples, classes] = logits.shape as [number, number];
  const numbers = { samples, classes };
  const [rows] = backend.draw(statistics, [logits, asRow(labels)], numbers, { texels: samples });
  const [loss] = backend.draw(losses, [rows!], numbers, { shape: [samples] });
  const [all] = backend.draw(probabilities, [logits, rows!], numbers, { shape: [samples, classes] });
  backend.disposeData(rows!.dataId);
  return [loss!, all!];
};

const gradientFunc: KernelFunc = ({ inputs, backend }) => {
  const { dLoss, labels, probabilities: all } = inputs as Record<string, TensorInfo>;
  const [samples, classes] = all!.shape as [number, number];
  const read = [asRow(dLoss!), asRow(labels!), all!];
  return (backend as WebglBackend).draw(backward, read, { samples, classes }, { shape: all!.shape })[0]!;
};

export const softmaxCrossEntropyKernels = [
  { kernelName: SOFTMAX_CROSS_ENTROPY, kernelFunc: forwardFunc },
  { kernelName: SOFTMAX_CROSS_ENTROPY_GRADIENT, kernelFunc: gradientFunc },
];
