import * as tf from "@tensorflow/tfjs-core";
import { CudaBackend } from "../../src/cuda-backend.ts";

/** Elements and shape of a tensor. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** The active backend: project `cuda` has it on a card, `cuda-simulated` on a device that the CPU simulates. */
export function cudaBackend(): CudaBackend {
  const backend = tf.backend();
  if (!(backend instanceof CudaBackend)) throw new Error("expected the CUDA backend");
  return backend;
}

/** A tensor of the type that the array has; bytes are booleans. */
function tensorOf({ shape, data }: Values): tf.Tensor {
  const dtype = data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "bool";
  return tf.tensor(data, [...shape], dtype);
}

type Inputs = Readonly<Record<string, Values | undefined>>;

/**
 * Runs a kernel once, on the device, and gives its outputs; leaves no tensor behind.
 * @throws {Error} when the kernel ran on the host instead.
 */
export function runKernel(name: string, inputs: Inputs, attrs: object = {}): Values[] {
  const backend = cudaBackend();
  const before = backend.scripts.counts().get(name);
  const engine = tf.engine();
  engine.startScope();
  try {
    const present = Object.entries(inputs).filter(([, values]) => values !== undefined);
    const tensors = Object.fromEntries(present.map(([key, values]) => [key, tensorOf(values!)]));
    const outputs: tf.Tensor | tf.Tensor[] = engine.runKernel(name, tensors, attrs as tf.NamedAttrMap);
    const results = [outputs].flat().map((output) => ({ shape: output.shape, data: output.dataSync<"float32">() }));
    if (backend.scripts.counts().get(name) !== before) throw new Error(`${name}: expected the device to run it`);
    return results;
  } finally {
    engine.endScope();
  }
}

/** The only output of a kernel that has one. */
export function runSingle(name: string, inputs: Inputs, attrs: object = {}): Values {
  const [output, ...others] = runKernel(name, inputs, attrs);
  if (output === undefined || others.length > 0) throw new Error(`${name}: expected one output`);
  return output;
}

/**
 * Where a result is not exactly as expected, in words; nothing where it is. Zeros of either sign are equal.
 * @param label names the configuration.
 */
export function differenceFrom(label: string, actual: Values, shape: readonly number[], data: ArrayLike<number>) {
  if (actual.shape.join() !== shape.join())
    return [`${label}: expected shape [${shape.join()}], got [${actual.shape.join()}]`];
  const at = Array.from(data).findIndex(
    (value, i) => value !== actual.data[i] && !(Number.isNaN(value) && Number.isNaN(actual.data[i])),
  );
  return at < 0 ? [] : [`${label}: expected ${data[at]} at ${at}, got ${actual.data[at]}`];
}
