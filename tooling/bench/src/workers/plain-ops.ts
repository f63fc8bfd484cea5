import { sizeOf } from "@camada/conv-math";
import { BatchNorm } from "@camada/layers";
import { type Trainable, Trainer } from "@camada/optimizers";
import { dense, predictMode, preferredLayout, softmaxCrossEntropy, trainMode } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { PrepareOp } from "./spatial-ops.ts";
import { imagesOf, tensorOf, valuesOf } from "./values.ts";

const UNARY = { tanh: tf.tanh, sigmoid: tf.sigmoid, relu: tf.relu, exp: tf.exp };
const BINARY = { add: tf.add, mul: tf.mul };
const REDUCE = { sum: tf.sum, max: tf.max };

/** Everything that has no window. */
export const plainOps: Readonly<Record<string, PrepareOp>> = {
  "dense.forward"(attrs) {
    const { n, inUnits, units } = attrs as Record<string, number>;
    const [x, weight, bias] = [tensorOf([n!, inUnits!], 1), tensorOf([units!, inUnits!], 2), tensorOf([units!], 3)];
    return () => dense(x as tf.Tensor2D, weight as tf.Tensor2D, bias, "tanh");
  },
  "dense.inputGradient"(attrs) {
    const { n, inUnits, units } = attrs as Record<string, number>;
    const [dy, weight] = [tensorOf([n!, units!], 1), tensorOf([units!, inUnits!], 2)];
    return () => tf.matMul(dy, weight);
  },
  "dense.weightGradient"(attrs) {
    const { n, inUnits, units } = attrs as Record<string, number>;
    const [x, dy] = [tensorOf([n!, inUnits!], 1), tensorOf([n!, units!], 2)];
    return () => tf.matMul(dy, x, true, false);
  },
  matMul(attrs) {
    const { m, k, n } = attrs as Record<string, number>;
    const [transposeA, transposeB] = [attrs["transposeA"] === true, attrs["transposeB"] === true];
    const a = tensorOf(transposeA ? [k!, m!] : [m!, k!], 1);
    const b = tensorOf(transposeB ? [n!, k!] : [k!, n!], 2);
    return () => tf.matMul(a, b, transposeA, transposeB);
  },
  batchMatMul(attrs) {
    const { batch, m, k, n } = attrs as Record<string, number>;
    const [a, b] = [tensorOf([batch!, m!, k!], 1), tensorOf([batch!, k!, n!], 2)];
    return () => tf.matMul(a, b);
  },
  softmax(attrs) {
    const { n, classes } = attrs as Record<string, number>;
    const x = tensorOf([n!, classes!], 1);
    return () => tf.softmax(x);
  },
  softmaxCrossEntropy(attrs) {
    const { n, classes } = attrs as Record<string, number>;
    const logits = tensorOf([n!, classes!], 1) as tf.Tensor2D;
    const labels = tf.tensor1d(
      Int32Array.from({ length: n! }, (_, i) => i % classes!),
      "int32",
    );
    return () => softmaxCrossEntropy(logits, labels);
  },
  sgdUpdate(attrs) {
    const shape = [attrs["size"] as number];
    const [weight, gradient] = [1, 2].map((seed) => tf.variable(tensorOf(shape, seed))) as [tf.Variable, tf.Variable];
    const multipliers = { lrMult: 1, wdMult: 1 };
    const parameter: Trainable = {
      name: "weight",
      gradReq: "write",
      ...multipliers,
      data: () => weight,
      grad: () => gradient,
      isGradFresh: true,
      markGradStale: () => {},
    };
    const trainer = new Trainer([parameter], "sgd", { learningRate: 0.01, momentum: 0.9 });
    return () => {
      trainer.step(1);
      return undefined;
    };
  },
  unary(attrs) {
    const { kind, size } = attrs as { kind: keyof typeof UNARY; size: number };
    const [x, run] = [tf.tensor(valuesOf(size, 1)), UNARY[kind]];
    return () => run(x);
  },
  binary(attrs) {
    const { kind, a: left, b: right } = attrs as unknown as { kind: keyof typeof BINARY; a: number[]; b: number[] };
    const [a, b, run] = [tensorOf(left, 1), tensorOf(right, 2), BINARY[kind]];
    return () => run(a, b);
  },
  reduce(attrs) {
    const { kind, shape, axes } = attrs as unknown as { kind: keyof typeof REDUCE; shape: number[]; axes: number[] };
    const [x, run] = [tensorOf(shape, 1), REDUCE[kind]];
    return () => run(x, axes);
  },
  batchNorm(attrs) {
    const input = attrs["input"] as readonly number[];
    const batch = { x: imagesOf(input, 1), layout: preferredLayout() };
    const layer = new BatchNorm({ inChannels: input[1]! });
    layer.initialize();
    const inMode = attrs["training"] === true ? trainMode : predictMode;
    return () => inMode(() => layer.forwardIn(batch).x);
  },
  transpose(attrs) {
    const { shape, perm } = attrs as Record<string, number[]>;
    const x = tensorOf(shape!, 1);
    return () => tf.transpose(x, perm);
  },
  pad(attrs) {
    const { shape, by } = attrs as unknown as { shape: number[]; by: number };
    const x = tensorOf(shape, 1) as tf.Tensor4D;
    const around: [number, number] = [by, by];
    return () => tf.pad4d(x, [[0, 0], [0, 0], around, around]);
  },
  concat(attrs) {
    const { shape, axis } = attrs as unknown as { shape: number[]; axis: number };
    const parts = [tensorOf(shape, 1), tensorOf(shape, 2)];
    return () => tf.concat(parts, axis);
  },
  slice(attrs) {
    const { shape, begin, size } = attrs as Record<string, number[]>;
    const x = tensorOf(shape!, 1);
    return () => tf.slice(x, begin!, size!);
  },
  gather(attrs) {
    const { shape, rows } = attrs as unknown as { shape: number[]; rows: number };
    const x = tensorOf(shape, 1);
    const indices = tf.tensor1d(
      Int32Array.from({ length: rows }, (_, i) => (i * 7919) % shape[0]!),
      "int32",
    );
    return () => tf.gather(x, indices);
  },
  resize(attrs) {
    const { input, to } = attrs as unknown as { input: number[]; to: number };
    const [n, c, h, w] = input as [number, number, number, number];
    // tfjs has it channels last alone.
    const x = tf.tidy(() =>
      tf.transpose(tf.tensor(valuesOf(sizeOf(input), 1), [n, c, h, w]), [0, 2, 3, 1]),
    ) as tf.Tensor4D;
    return () => tf.image.resizeBilinear(x, [to, to], false, true);
  },
};
