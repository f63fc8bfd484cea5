import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import type { DeviceType } from "../memory/storage.ts";
import { areOf, elementLaunch, sizeOf, typeOf } from "./elements.ts";

/** How the device computes a function; tfjs's kernel keeps the types that are not listed. */
interface UnaryFunction {
  /** `unary_<name>_<type>` in `kernels/unary.cu`. */
  readonly name: string;
  readonly types: readonly DeviceType[];
  /** Type of the result where it is not that of the argument. */
  readonly result?: DeviceType;
}

const FLOATS: readonly DeviceType[] = ["float32"];
const NUMBERS: readonly DeviceType[] = ["float32", "int32"];

const FUNCTIONS: Readonly<Record<string, UnaryFunction>> = {
  [tf.Neg]: { name: "neg", types: NUMBERS },
  [tf.Abs]: { name: "abs", types: NUMBERS },
  [tf.Square]: { name: "square", types: NUMBERS },
  [tf.Sqrt]: { name: "sqrt", types: FLOATS },
  [tf.Rsqrt]: { name: "rsqrt", types: FLOATS },
  [tf.Reciprocal]: { name: "reciprocal", types: FLOATS },
  [tf.Exp]: { name: "exp", types: FLOATS },
  [tf.Expm1]: { name: "expm1", types: FLOATS },
  [tf.Log]: { name: "log", types: FLOATS },
  [tf.Log1p]: { name: "log1p", types: FLOATS },
  [tf.Sigmoid]: { name: "sigmoid", types: FLOATS },
  [tf.Tanh]: { name: "tanh", types: FLOATS },
  [tf.Softplus]: { name: "softplus", types: FLOATS },
  [tf.Erf]: { name: "erf", types: FLOATS },
  [tf.Relu]: { name: "relu", types: NUMBERS },
  [tf.Relu6]: { name: "relu6", types: NUMBERS },
  [tf.LeakyRelu]: { name: "leaky_relu", types: FLOATS },
  [tf.Elu]: { name: "elu", types: FLOATS },
  [tf.Selu]: { name: "selu", types: FLOATS },
  [tf.Step]: { name: "step", types: FLOATS },
  [tf.Sign]: { name: "sign", types: NUMBERS },
  [tf.Floor]: { name: "floor", types: FLOATS },
  [tf.Ceil]: { name: "ceil", types: FLOATS },
  [tf.Round]: { name: "round", types: FLOATS },
  [tf.ClipByValue]: { name: "clip", types: FLOATS },
  [tf.IsNan]: { name: "is_nan", types: FLOATS, result: "bool" },
  [tf.IsFinite]: { name: "is_finite", types: FLOATS, result: "bool" },
  [tf.IsInf]: { name: "is_inf", types: FLOATS, result: "bool" },
  [tf.LogicalNot]: { name: "logical_not", types: ["bool"] },
  [tf.Sin]: { name: "sin", types: FLOATS },
  [tf.Cos]: { name: "cos", types: FLOATS },
  [tf.Tan]: { name: "tan", types: FLOATS },
  [tf.Asin]: { name: "asin", types: FLOATS },
  [tf.Acos]: { name: "acos", types: FLOATS },
  [tf.Atan]: { name: "atan", types: FLOATS },
  [tf.Sinh]: { name: "sinh", types: FLOATS },
  [tf.Cosh]: { name: "cosh", types: FLOATS },
  [tf.Asinh]: { name: "asinh", types: FLOATS },
  [tf.Acosh]: { name: "acosh", types: FLOATS },
  [tf.Atanh]: { name: "atanh", types: FLOATS },
};

/** Attributes of the functions that have any. */
type UnaryAttrs = Partial<tf.LeakyReluAttrs & tf.ClipByValueAttrs>;

/** Functions of one tensor, element by element. */
export const unaryKernels: readonly Kernel[] = Object.entries(FUNCTIONS).map(([kernelName, { name, types, result }]) =>
  defineKernel(kernelName, (backend, { x }: Present<tf.UnaryInputs>, attrs: UnaryAttrs) => {
    if (!areOf(types, x)) return backend.scripts.run(kernelName, { x }, attrs);
    const from = backend.address(x);
    const y = backend.output(x.shape, result ?? typeOf(x));
    const count = sizeOf(x);
    if (count === 0) return y;
    const { alpha = 0, clipValueMin = alpha, clipValueMax = 0 } = attrs;
    const args = backend.arguments().address(from).address(backend.address(y)).int64(count);
    args.float32(clipValueMin, clipValueMax);
    backend.launch({ file: "unary.cu", name: `unary_${name}_${x.dtype}` }, elementLaunch(count), args);
    return y;
  }),
);
