import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { elementLaunch, sizeOf, typeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { arrayOf, isDeviceType } from "../memory/storage.ts";

/** Modes of `Border` in `kernels/pad.cu`. */
const MODES = { constant: 0, reflect: 1, symmetric: 2 } as const;
/** `kMaxAxes` there. */
const MAX_AXES = 6;

const padV2 = defineKernel(tf.PadV2, (backend, { x }: Present<tf.PadV2Inputs>, attrs: tf.PadV2Attrs) => {
  if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.PadV2, { x }, attrs);
  return padded(backend, tf.PadV2, x, attrs.paddings, MODES.constant, attrs.constantValue);
});

const mirrorPad = defineKernel(
  tf.MirrorPad,
  (backend, { x }: Present<tf.MirrorPadInputs>, attrs: tf.MirrorPadAttrs) => {
    if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.MirrorPad, { x }, attrs);
    return padded(backend, tf.MirrorPad, x, attrs.paddings, MODES[attrs.mode], 0);
  },
);

/** Tensors with a border. */
export const padKernels: readonly Kernel[] = [padV2, mirrorPad];

function padded(
  backend: CudaBackend,
  kernel: string,
  x: tf.TensorInfo,
  paddings: readonly (readonly [number, number])[],
  mode: number,
  value: number,
): tf.TensorInfo {
  const type = typeOf(x);
  const from = backend.address(x);
  const shape = x.shape.map((extent, axis) => extent + paddings[axis]![0] + paddings[axis]![1]);
  const y = backend.output(shape, type);
  requireCountable(kernel, x, y);
  const count = sizeOf(y);
  if (count === 0) return y;
  const args = backend.arguments().address(from).address(backend.address(y)).int32(count, shape.length, mode);
  const before = paddings.map(([width]) => width);
  for (const numbers of [shape, x.shape, before]) {
    args.int32(...Array.from({ length: MAX_AXES }, (_, axis) => numbers[axis] ?? 0));
  }
  const pattern = arrayOf(type, 4 / arrayOf(type, 1).BYTES_PER_ELEMENT).fill(value);
  args.int32(new Int32Array(pattern.buffer)[0]!);
  const name = type === "bool" ? "pad_bytes" : "pad_words";
  backend.launch({ file: "pad.cu", name }, elementLaunch(count, 1), args);
  return y;
}
