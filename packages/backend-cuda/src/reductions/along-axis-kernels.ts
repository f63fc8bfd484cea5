import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, elementLaunch, sizeOf, typeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import type { DeviceType } from "../memory/storage.ts";
import { around } from "../movement/around.ts";

const FILE = "along-axis.cu";
const NUMBERS: readonly DeviceType[] = ["float32", "int32"];
const WARP = 32;
const WARPS = 8;

function argument(kernelName: string, name: string): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.ArgMaxInputs>, attrs: tf.ArgMaxAttrs) => {
    const [axis = 0] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const [, length, inner] = around(x.shape, axis);
    // Without elements tfjs says what it says.
    if (!areOf(NUMBERS, x) || length === 0) return backend.scripts.run(kernelName, { x }, attrs);
    requireCountable(kernelName, x);
    const from = backend.address(x);
    const y = backend.output(
      x.shape.filter((_, i) => i !== axis),
      "int32",
    );
    const count = sizeOf(y);
    if (count === 0) return y;
    const args = backend.arguments().address(from).address(backend.address(y)).int32(count, length, inner);
    const shape = { grid: [Math.ceil(count / WARPS), 1, 1], block: [WARP * WARPS, 1, 1] } as const;
    backend.launch({ file: FILE, name: `${name}_${x.dtype}` }, shape, args);
    return y;
  });
}

function cumulative(kernelName: string, name: string): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.CumsumInputs>, attrs: tf.CumsumAttrs) => {
    if (!areOf(NUMBERS, x)) return backend.scripts.run(kernelName, { x }, attrs);
    requireCountable(kernelName, x);
    const [axis = 0] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const [outer, length, inner] = around(x.shape, axis);
    const from = backend.address(x);
    const y = backend.output(x.shape, typeOf(x));
    if (sizeOf(y) === 0) return y;
    const lines = outer * inner;
    const args = backend.arguments().address(from).address(backend.address(y)).int32(lines, length, inner);
    args.int32(attrs.exclusive ? 1 : 0, attrs.reverse ? 1 : 0);
    backend.launch({ file: FILE, name: `${name}_${x.dtype}` }, elementLaunch(lines, 1), args);
    return y;
  });
}

/** What goes along one axis of a tensor. */
export const alongAxisKernels: readonly Kernel[] = [
  argument(tf.ArgMax, "arg_max"),
  argument(tf.ArgMin, "arg_min"),
  cumulative(tf.Cumsum, "cumsum"),
  cumulative(tf.Cumprod, "cumprod"),
];
