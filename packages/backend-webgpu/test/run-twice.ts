import type { ConvolutionKernels } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";

type RunKernel = ConvolutionKernels["run"];
type Elements = ReturnType<RunKernel>[number];

/**
 * Lets a synchronous check judge kernels whose results come later. The check runs twice and must make the same calls: the
 * first time it is given zeros and its verdict counts for nothing, the second time what the device computed.
 */
export async function runTwice(check: (run: RunKernel) => void): Promise<void> {
  const pending: Promise<Elements[]>[] = [];
  check((name, inputs, attrs) => {
    const outputs = launch(name, inputs, attrs);
    pending.push(Promise.all(outputs.map(async (output) => ({ shape: output.shape, data: await valuesOf(output) }))));
    return outputs.map(({ shape, size }) => ({ shape, data: new Float32Array(size) }));
  });
  const results = await Promise.all(pending);
  let next = 0;
  check(() => results[next++]!);
}

function launch(name: string, inputs: Parameters<RunKernel>[1], attrs: object): tf.Tensor[] {
  const tensors: tf.NamedTensorMap = {};
  for (const [key, value] of Object.entries(inputs)) {
    if (value !== undefined) tensors[key] = tf.tensor(value.data, [...value.shape], "float32");
  }
  const outputs = tf.engine().runKernel(name, tensors, attrs as tf.NamedAttrMap) as tf.Tensor | tf.Tensor[];
  tf.dispose(tensors);
  return [outputs].flat();
}

async function valuesOf(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<"float32">();
  tensor.dispose();
  return values;
}
