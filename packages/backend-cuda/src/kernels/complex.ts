import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { castTo } from "./cast.ts";

const complex = defineKernel(tf.Complex, (backend, { real, imag }: Present<tf.ComplexInputs>) => {
  return backend.complexOf(copyOf(real), copyOf(imag));

  /** A complex tensor disposes of its parts with itself, whoever else has their elements. */
  function copyOf(part: tf.TensorInfo): tf.TensorInfo {
    const copy = backend.output(part.shape, "float32");
    const source = castTo(backend, part, "float32");
    backend.copyElements(source, copy);
    backend.disposeOf(source);
    return copy;
  }
});

function partKernel(kernelName: string, part: "real" | "imag"): Kernel {
  return defineKernel(kernelName, (backend, { input }: Present<tf.RealInputs>) => {
    const { parts } = backend.data.get(input.dataId);
    if (parts === undefined) return backend.scripts.run(kernelName, { input });
    const copy = backend.output(input.shape, "float32");
    backend.copyElements(parts[part], copy);
    return copy;
  });
}

/** Complex tensors, which are pairs of float32 ones. */
export const complexKernels: readonly Kernel[] = [complex, partKernel(tf.Real, "real"), partKernel(tf.Imag, "imag")];
