import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend, KernelPlace } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import type { DeviceType } from "../memory/storage.ts";
import { broadcastAxes } from "./broadcast.ts";
import { areOf, elementLaunch, sizeOf, typeOf } from "./elements.ts";

/** How the device computes a function; tfjs's kernel keeps the types that are not listed. */
interface BinaryFunction {
  /** Of `kernels/`. */
  readonly file: string;
  /** `flat_<name>_<type>` and `spread_<name>_<type>` in that file. */
  readonly name: string;
  readonly types: readonly DeviceType[];
  /** Type of the result where it is not that of the arguments. */
  readonly result?: DeviceType;
}

const FLOATS: readonly DeviceType[] = ["float32"];
const NUMBERS: readonly DeviceType[] = ["float32", "int32"];
const ALL: readonly DeviceType[] = ["float32", "int32", "bool"];

const ARITHMETIC = "arithmetic.cu";
const COMPARISON = "comparison.cu";
const POWER = "power.cu";

const FUNCTIONS: Readonly<Record<string, BinaryFunction>> = {
  [tf.Add]: { file: ARITHMETIC, name: "add", types: NUMBERS },
  [tf.Sub]: { file: ARITHMETIC, name: "sub", types: NUMBERS },
  [tf.Multiply]: { file: ARITHMETIC, name: "multiply", types: NUMBERS },
  [tf.RealDiv]: { file: ARITHMETIC, name: "divide", types: FLOATS },
  [tf.Maximum]: { file: ARITHMETIC, name: "maximum", types: NUMBERS },
  [tf.Minimum]: { file: ARITHMETIC, name: "minimum", types: NUMBERS },
  [tf.SquaredDifference]: { file: ARITHMETIC, name: "squared_difference", types: NUMBERS },
  [tf.Pow]: { file: POWER, name: "power", types: NUMBERS },
  [tf.Mod]: { file: POWER, name: "modulo", types: NUMBERS },
  [tf.FloorDiv]: { file: POWER, name: "floor_divide", types: NUMBERS, result: "int32" },
  [tf.Atan2]: { file: POWER, name: "atan2", types: FLOATS },
  [tf.BitwiseAnd]: { file: ARITHMETIC, name: "bitwise_and", types: ["int32"] },
  [tf.Equal]: { file: COMPARISON, name: "equal", types: ALL, result: "bool" },
  [tf.NotEqual]: { file: COMPARISON, name: "not_equal", types: ALL, result: "bool" },
  [tf.Greater]: { file: COMPARISON, name: "greater", types: ALL, result: "bool" },
  [tf.GreaterEqual]: { file: COMPARISON, name: "greater_equal", types: ALL, result: "bool" },
  [tf.Less]: { file: COMPARISON, name: "less", types: ALL, result: "bool" },
  [tf.LessEqual]: { file: COMPARISON, name: "less_equal", types: ALL, result: "bool" },
  [tf.LogicalAnd]: { file: COMPARISON, name: "logical_and", types: ["bool"] },
  [tf.LogicalOr]: { file: COMPARISON, name: "logical_or", types: ["bool"] },
};

/** `kMaxRank` in `kernels/binary.cuh`; tfjs has no tensor of a higher rank. */
const MAX_RANK = 6;

/** Most elements whose places the kernels count in 32 bits. */
const MAX_SPREAD = 2 ** 31 - 1;

const elementWise = Object.entries(FUNCTIONS).map(([kernelName, { file, name, types, result }]) =>
  defineKernel(kernelName, (backend, { a, b }: Present<tf.BinaryInputs>) => {
    if (!areOf(types, a, b)) return backend.scripts.run(kernelName, { a, b });
    return combine(backend, { file, name }, a, b, result ?? typeOf(a));
  }),
);

const prelu = defineKernel(tf.Prelu, (backend, { x, alpha }: Present<tf.PreluInputs>) => {
  if (!areOf(FLOATS, x, alpha)) return backend.scripts.run(tf.Prelu, { x, alpha });
  return combine(backend, { file: ARITHMETIC, name: "prelu" }, x, alpha, "float32");
});

const eluGradient = defineKernel(tf.EluGrad, (backend, { dy, y }: Present<tf.EluGradInputs>) => {
  if (!areOf(FLOATS, dy, y)) return backend.scripts.run(tf.EluGrad, { dy, y });
  return combine(backend, { file: ARITHMETIC, name: "elu_gradient" }, dy, y, "float32");
});

/** Functions of two tensors, element by element, with broadcasting. */
export const binaryKernels: readonly Kernel[] = [...elementWise, prelu, eluGradient];

function combine(
  backend: CudaBackend,
  { file, name }: KernelPlace,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  result: DeviceType,
): tf.TensorInfo {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const operands = [backend.address(a), backend.address(b)] as const;
  const y = backend.output(shape, result);
  const count = sizeOf(y);
  if (count === 0) return y;
  const args = backend.arguments().address(operands[0]).address(operands[1]).address(backend.address(y));
  const [aIsSingle, bIsSingle] = [sizeOf(a) === 1, sizeOf(b) === 1];
  if ((aIsSingle || sizeOf(a) === count) && (bIsSingle || sizeOf(b) === count)) {
    args.int64(count).int32(Number(aIsSingle), Number(bIsSingle));
    backend.launch({ file, name: `flat_${name}_${a.dtype}` }, elementLaunch(count), args);
    return y;
  }
  const { extents, strides } = broadcastAxes(shape, [a.shape, b.shape]);
  if (count > MAX_SPREAD || extents.length > MAX_RANK) {
    throw new RangeError(
      `cuda: expected at most ${MAX_SPREAD} elements and ${MAX_RANK} axes, got [${shape.join(", ")}]`,
    );
  }
  args.int32(count, extents.length);
  for (const numbers of [extents, ...strides]) args.int32(...padded(numbers));
  backend.launch({ file, name: `spread_${name}_${a.dtype}` }, elementLaunch(count, 1), args);
  return y;
}

function padded(numbers: readonly number[]): number[] {
  return Array.from({ length: MAX_RANK }, (_, i) => numbers[i] ?? 0);
}
