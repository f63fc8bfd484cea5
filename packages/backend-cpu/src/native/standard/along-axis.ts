import * as tf from "@tensorflow/tfjs-core";
import { areOf, TYPE_CODES, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import { around, product } from "../shape.ts";
import type { NativeType } from "../storage.ts";

const NUMBERS: readonly NativeType[] = ["float32", "int32"];

function argument(kernelName: string, isLargest: number): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.ArgMaxInputs>, attrs: tf.ArgMaxAttrs) => {
    if (!areOf(NUMBERS, x)) return scriptKernel(kernelName)({ inputs: { x }, backend, attrs: { ...attrs } });
    const [axis = 0] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const from = backend.address(x);
    const y = backend.output(
      x.shape.filter((_, i) => i !== axis),
      "int32",
    );
    const fields = [isLargest, TYPE_CODES[typeOf(x)], ...around(x.shape, axis)];
    backend.library.run("camada_arg_reduce", fields, from, backend.address(y));
    return y;
  });
}

function cumulative(kernelName: string, isProduct: number): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.CumsumInputs>, attrs: tf.CumsumAttrs) => {
    if (!areOf(NUMBERS, x)) return scriptKernel(kernelName)({ inputs: { x }, backend, attrs: { ...attrs } });
    const [axis = 0] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const from = backend.address(x);
    const y = backend.output(x.shape, typeOf(x));
    const ways = [attrs.exclusive ? 1 : 0, attrs.reverse ? 1 : 0];
    const fields = [isProduct, TYPE_CODES[typeOf(x)], ...around(x.shape, axis), ...ways];
    backend.library.run("camada_cumulative", fields, from, backend.address(y));
    return y;
  });
}

function softmax(kernelName: string, isLogarithm: number): Kernel {
  return defineKernel(
    kernelName,
    (backend, inputs: Present<tf.SoftmaxInputs>, attrs: Partial<tf.SoftmaxAttrs & tf.LogSoftmaxAttrs>) => {
      const { logits } = inputs;
      const last = logits.shape.length - 1;
      const axis = attrs.dim ?? attrs.axis ?? -1;
      if (logits.dtype !== "float32" || (axis !== -1 && axis !== last)) {
        return scriptKernel(kernelName)({ inputs: { logits }, backend, attrs: { ...attrs } });
      }
      const from = backend.address(logits);
      const y = backend.output(logits.shape);
      const columns = logits.shape[last] ?? 1;
      const fields = [product(logits.shape.slice(0, -1)), columns, isLogarithm];
      backend.library.run("camada_softmax", fields, from, backend.address(y));
      return y;
    },
  );
}

/** What goes along one axis of a tensor. */
export const alongAxisKernels: readonly Kernel[] = [
  argument(tf.ArgMax, 1),
  argument(tf.ArgMin, 0),
  cumulative(tf.Cumsum, 0),
  cumulative(tf.Cumprod, 1),
  softmax(tf.Softmax, 0),
  softmax(tf.LogSoftmax, 1),
];
