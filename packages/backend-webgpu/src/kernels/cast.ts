import {
  Cast,
  getKernel,
  util,
  type CastAttrs,
  type DataType,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../gpu-backend.ts";
import { read, write, type KernelProgram, type ProgramBuffer } from "../kernel-program.ts";
import { kernel } from "./kernel.ts";

/** Truth values are whole numbers on the device. */
const wordOf = (dtype: DataType): ProgramBuffer["type"] => (dtype === "float32" ? "f32" : "i32");

/** What becomes of an element `x[id]`. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  float32: "f32(x[id])",
  bool: "select(0, 1, x[id] != 0)",
  // What is no number becomes 0, as on the CPU; WGSL leaves it open.
  "float32 to int32": "select(i32(x[id]), 0, (bitcast<u32>(x[id]) & 0x7fffffffu) > 0x7f800000u)",
  int32: "i32(x[id])",
};

const programs = new Map<string, KernelProgram>();

function programOf(from: DataType, to: DataType): KernelProgram {
  const name = `Cast ${wordOf(from)} to ${to}`;
  const known = programs.get(name);
  if (known !== undefined) return known;
  const conversion = CONVERSIONS[`${from} to ${to}`] ?? CONVERSIONS[to]!;
  const program: KernelProgram = {
    name,
    buffers: [read("x", wordOf(from)), write("y", wordOf(to))],
    numbers: {},
    groupSize: 64,
    code: `fn run(id: i32) { y[id] = ${conversion}; }`,
  };
  programs.set(name, program);
  return program;
}

function convert(backend: GpuBackend, x: TensorInfo, dtype: DataType): TensorInfo {
  const y = backend.output(x.shape, dtype);
  backend.launch({
    program: programOf(x.dtype, dtype),
    tensors: [x, y],
    numbers: {},
    count: util.sizeFromShape(x.shape),
  });
  return y;
}

/** Runs `body` on the elements of a tensor as floating-point numbers: on the tensor itself where they are. */
export function withFloats<T>(backend: GpuBackend, x: TensorInfo, body: (x: TensorInfo) => T): T {
  if (x.dtype === "float32") return body(x);
  const floats = convert(backend, x, "float32");
  try {
    return body(floats);
  } finally {
    backend.disposeData(floats.dataId);
  }
}

/**
 * tfjs's own leaves whole numbers as they are and only calls them floating-point: kernels that are written for the one
 * find the other.
 */
export const castKernel = kernel(Cast, ({ inputs, attrs, backend }) => {
  const x = inputs["x"]!;
  const { dtype } = attrs as unknown as CastAttrs;
  if (x.dtype === dtype) {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype };
  }
  if ([x.dtype, dtype].includes("string") || x.dtype === "complex64") return stock({ x }, attrs, backend);
  if (dtype === "complex64") return withFloats(backend, x, (real) => stock({ x: real }, attrs, backend));
  return convert(backend, x, dtype);
});

/** tfjs's own, for complex numbers, and for strings, which it refuses. */
function stock(inputs: NamedTensorInfoMap, attrs: NamedAttrMap, backend: GpuBackend): TensorInfo {
  return getKernel(Cast, "webgpu")!.kernelFunc({ inputs, attrs, backend }) as TensorInfo;
}
