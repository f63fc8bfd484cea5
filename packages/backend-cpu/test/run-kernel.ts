import * as tf from "@tensorflow/tfjs-core";
import type { Dense } from "./reference.ts";

/** Runs a kernel of the active backend on float32 inputs and gives its outputs' elements; leaves no tensor behind. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, Dense | tf.Tensor>>,
  attrs: object = {},
): { readonly shape: readonly number[]; readonly data: Float32Array }[] {
  return tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, value instanceof tf.Tensor ? value : toTensor(value)]),
    );
    const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, tensors, attrs as tf.NamedAttrMap);
    return [outputs].flat().map((output) => ({ shape: output.shape, data: output.dataSync<"float32">() }));
  });
}

/** The only output of a kernel that has one. */
export function runSingle(...args: Parameters<typeof runKernel>): ReturnType<typeof runKernel>[number] {
  const [output, ...others] = runKernel(...args);
  if (output === undefined || others.length > 0) throw new Error(`${args[0]}: expected one output`);
  return output;
}

export function toTensor({ shape, data }: Dense): tf.Tensor {
  return tf.tensor(Float32Array.from(data), [...shape], "float32");
}
