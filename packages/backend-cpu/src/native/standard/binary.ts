import * as tf from "@tensorflow/tfjs-core";
import { areOf, TYPE_CODES, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";
import { padRank } from "../shape.ts";
import type { NativeType } from "../storage.ts";

/** How native code computes a function; tfjs's kernel keeps the types that are not listed. */
interface BinaryFunction {
  /** Its number in `native/src/binary.cc`. */
  readonly code: number;
  readonly types: readonly NativeType[];
  /** Type of the result where it is not that of the arguments. */
  readonly result?: NativeType;
}

const NUMBERS: readonly NativeType[] = ["float32", "int32"];
const ALL: readonly NativeType[] = ["float32", "int32", "bool"];

const FUNCTIONS: Readonly<Record<string, BinaryFunction>> = {
  [tf.Add]: { code: 0, types: NUMBERS },
  [tf.Sub]: { code: 1, types: NUMBERS },
  [tf.Multiply]: { code: 2, types: NUMBERS },
  [tf.RealDiv]: { code: 3, types: ["float32"] },
  [tf.Maximum]: { code: 4, types: NUMBERS },
  [tf.Minimum]: { code: 5, types: NUMBERS },
  [tf.SquaredDifference]: { code: 6, types: NUMBERS },
  [tf.Pow]: { code: 7, types: NUMBERS },
  [tf.Mod]: { code: 8, types: NUMBERS },
  [tf.FloorDiv]: { code: 9, types: NUMBERS, result: "int32" },
  [tf.Atan2]: { code: 10, types: ["float32"] },
  [tf.BitwiseAnd]: { code: 12, types: ["int32"] },
  [tf.Equal]: { code: 13, types: ALL, result: "bool" },
  [tf.NotEqual]: { code: 14, types: ALL, result: "bool" },
  [tf.Greater]: { code: 15, types: ALL, result: "bool" },
  [tf.GreaterEqual]: { code: 16, types: ALL, result: "bool" },
  [tf.Less]: { code: 17, types: ALL, result: "bool" },
  [tf.LessEqual]: { code: 18, types: ALL, result: "bool" },
  [tf.LogicalAnd]: { code: 19, types: ["bool"] },
  [tf.LogicalOr]: { code: 20, types: ["bool"] },
};

/** The number of `native/src/binary.cc` for `a < 0 ? a * b : a`. */
const PARAMETRIC_RELU = 11;

const elementWise = Object.entries(FUNCTIONS).map(([kernelName, { code, types, result }]) =>
  defineKernel(kernelName, (backend, inputs: Present<tf.BinaryInputs>) => {
    const { a, b } = inputs;
    if (!areOf(types, a, b)) return scriptKernel(kernelName)({ inputs: { a, b }, backend });
    return combine(backend, code, a, b, result ?? typeOf(a));
  }),
);

const prelu = defineKernel(tf.Prelu, (backend, { x, alpha }: Present<tf.PreluInputs>) => {
  if (!areOf(["float32"], x, alpha)) return scriptKernel(tf.Prelu)({ inputs: { x, alpha }, backend });
  return combine(backend, PARAMETRIC_RELU, x, alpha, "float32");
});

/** Functions of two tensors, element by element, with broadcasting. */
export const binaryKernels: readonly Kernel[] = [...elementWise, prelu];

function combine(
  backend: NativeBackend,
  code: number,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  result: NativeType,
): tf.TensorInfo {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const operands = [backend.address(a), backend.address(b)];
  const y = backend.output(shape, result);
  const rank = shape.length;
  const fields = [code, TYPE_CODES[typeOf(a)], rank, ...padRank(a.shape, rank), ...padRank(b.shape, rank)];
  backend.library.run("camada_binary", fields, ...operands, backend.address(y));
  return y;
}
