import type { ConvolutionKernels } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";

type RunKernel = ConvolutionKernels["run"];
type Batch = NonNullable<Parameters<RunKernel>[1][string]>;

/** Inputs and results of kernels of convolution that are batches, and so have their channels last. */
const BATCHES = ["x", "dy", "y"];

/**
 * Runs a kernel of convolution on batches `[n, c, ...spatial]`, as its check has them, with their channels last, as this
 * backend takes them.
 * @param isBatch whether the kernel's result is a batch too
 */
export function runChannelsLast(
  isBatch: boolean,
  ...[name, inputs, attrs]: Parameters<RunKernel>
): ReturnType<RunKernel> {
  const tensors: tf.NamedTensorMap = {};
  for (const [key, value] of Object.entries(inputs)) {
    if (value === undefined) continue;
    const { shape, data } = BATCHES.includes(key) ? moved(value, lastAxis) : value;
    tensors[key] = tf.tensor(data, [...shape], "float32");
  }
  const { inputShape, ...others } = attrs as { inputShape?: readonly number[] };
  const all = { ...others, ...(inputShape === undefined ? {} : { inputShape: lastAxis(inputShape) }) };
  const outputs = tf.engine().runKernel(name, tensors, all as unknown as tf.NamedAttrMap) as tf.Tensor | tf.Tensor[];
  const elements = [outputs].flat().map((output) => {
    const { shape } = output;
    const result = { shape, data: output.dataSync<"float32">() };
    output.dispose();
    return isBatch ? moved(result, firstAxis) : result;
  });
  tf.dispose(tensors);
  return elements;
}

const lastAxis = ([n, c, ...spatial]: readonly number[]): number[] => [n!, ...spatial, c!];
const firstAxis = (shape: readonly number[]): number[] => [shape[0]!, shape.at(-1)!, ...shape.slice(1, -1)];

/** A batch with the axis of its channels moved. */
function moved({ shape, data }: Batch, order: (shape: readonly number[]) => number[]): Batch {
  const target = order(shape);
  const strides = order(shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1)));
  const result = new Float32Array(data.length);
  for (let i = 0; i < result.length; i++) {
    let [rest, from] = [i, 0];
    for (let axis = target.length - 1; axis >= 0; axis--) {
      from += (rest % target[axis]!) * strides[axis]!;
      rest = Math.floor(rest / target[axis]!);
    }
    result[i] = data[from]!;
  }
  return { shape: target, data: result };
}
