import * as tf from "@tensorflow/tfjs-core";
import { areOf, TYPE_CODES, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import { product } from "../shape.ts";
import type { NativeType } from "../storage.ts";

/** How native code computes a function; tfjs's kernel keeps the types that are not listed. */
interface UnaryFunction {
  /** Its number in `native/src/unary.cc`. */
  readonly code: number;
  readonly types: readonly NativeType[];
  /** Type of the result where it is not that of the argument. */
  readonly result?: NativeType;
}

const FLOATS: readonly NativeType[] = ["float32"];
const NUMBERS: readonly NativeType[] = ["float32", "int32"];

const FUNCTIONS: Readonly<Record<string, UnaryFunction>> = {
  [tf.Neg]: { code: 0, types: NUMBERS },
  [tf.Abs]: { code: 1, types: NUMBERS },
  [tf.Square]: { code: 2, types: NUMBERS },
  [tf.Sqrt]: { code: 3, types: FLOATS },
  [tf.Rsqrt]: { code: 4, types: FLOATS },
  [tf.Reciprocal]: { code: 5, types: FLOATS },
  [tf.Exp]: { code: 6, types: FLOATS },
  [tf.Expm1]: { code: 7, types: FLOATS },
  [tf.Log]: { code: 8, types: FLOATS },
  [tf.Log1p]: { code: 9, types: FLOATS },
  [tf.Sigmoid]: { code: 10, types: FLOATS },
  [tf.Tanh]: { code: 11, types: FLOATS },
  [tf.Softplus]: { code: 12, types: FLOATS },
  [tf.Erf]: { code: 14, types: FLOATS },
  [tf.Relu]: { code: 15, types: NUMBERS },
  [tf.Relu6]: { code: 16, types: NUMBERS },
  [tf.LeakyRelu]: { code: 17, types: FLOATS },
  [tf.Elu]: { code: 18, types: FLOATS },
  [tf.Selu]: { code: 19, types: FLOATS },
  [tf.Step]: { code: 20, types: FLOATS },
  [tf.Sign]: { code: 21, types: NUMBERS },
  [tf.Floor]: { code: 22, types: FLOATS },
  [tf.Ceil]: { code: 23, types: FLOATS },
  [tf.Round]: { code: 24, types: FLOATS },
  [tf.ClipByValue]: { code: 25, types: FLOATS },
  [tf.IsNan]: { code: 26, types: FLOATS, result: "bool" },
  [tf.IsFinite]: { code: 27, types: FLOATS, result: "bool" },
  [tf.IsInf]: { code: 28, types: FLOATS, result: "bool" },
  [tf.LogicalNot]: { code: 29, types: ["bool"] },
  [tf.Sin]: { code: 30, types: FLOATS },
  [tf.Cos]: { code: 31, types: FLOATS },
  [tf.Tan]: { code: 32, types: FLOATS },
  [tf.Asin]: { code: 33, types: FLOATS },
  [tf.Acos]: { code: 34, types: FLOATS },
  [tf.Atan]: { code: 35, types: FLOATS },
  [tf.Sinh]: { code: 36, types: FLOATS },
  [tf.Cosh]: { code: 37, types: FLOATS },
  [tf.Asinh]: { code: 38, types: FLOATS },
  [tf.Acosh]: { code: 39, types: FLOATS },
  [tf.Atanh]: { code: 40, types: FLOATS },
};

/** Attributes of the functions that have any. */
type UnaryAttrs = Partial<tf.LeakyReluAttrs & tf.ClipByValueAttrs>;

/** Functions of one tensor, element by element. */
export const unaryKernels: readonly Kernel[] = Object.entries(FUNCTIONS).map(([kernelName, { code, types, result }]) =>
  defineKernel(kernelName, (backend, inputs: Present<tf.UnaryInputs>, attrs: UnaryAttrs) => {
    const { x } = inputs;
    if (!areOf(types, x)) return scriptKernel(kernelName)({ inputs: { x }, backend, attrs: { ...attrs } });
    const from = backend.address(x);
    const y = backend.output(x.shape, result ?? typeOf(x));
    const { alpha = 0, clipValueMin = alpha, clipValueMax = 0 } = attrs;
    const fields = [code, TYPE_CODES[typeOf(x)], product(x.shape), clipValueMin, clipValueMax];
    backend.library.run("camada_unary", fields, from, backend.address(y));
    return y;
  }),
);
