import * as tf from "@tensorflow/tfjs-core";
import { isNative, TYPE_CODES, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";

/** Numbers of the borders, as in `native/src/pad.cc`. */
const BORDERS = { constant: 0, reflect: 1, symmetric: 2 } as const;

const padV2 = defineKernel(tf.PadV2, (backend, { x }: Present<tf.PadV2Inputs>, attrs: tf.PadV2Attrs) => {
  if (!isNative(x.dtype) || x.shape.length === 0) {
    return scriptKernel(tf.PadV2)({ inputs: { x }, backend, attrs: { ...attrs } });
  }
  return padded(backend, x, attrs.paddings, BORDERS.constant, attrs.constantValue);
});

const mirrorPad = defineKernel(
  tf.MirrorPad,
  (backend, { x }: Present<tf.MirrorPadInputs>, attrs: tf.MirrorPadAttrs) => {
    if (!isNative(x.dtype) || x.shape.length === 0) {
      return scriptKernel(tf.MirrorPad)({ inputs: { x }, backend, attrs: { ...attrs } });
    }
    return padded(backend, x, attrs.paddings, BORDERS[attrs.mode], 0);
  },
);

/** Tensors with a border. */
export const padKernels: readonly Kernel[] = [padV2, mirrorPad];

function padded(
  backend: NativeBackend,
  x: tf.TensorInfo,
  paddings: readonly (readonly [number, number])[],
  border: number,
  value: number,
): tf.TensorInfo {
  const before = paddings.map(([width]) => width);
  const after = paddings.map(([, width]) => width);
  const from = backend.address(x);
  const y = backend.output(
    x.shape.map((extent, axis) => (before[axis] ?? 0) + extent + (after[axis] ?? 0)),
    typeOf(x),
  );
  const fields = [TYPE_CODES[typeOf(x)], border, value, x.shape.length, ...x.shape, ...before, ...after];
  backend.library.run("camada_pad", fields, from, backend.address(y));
  return y;
}
