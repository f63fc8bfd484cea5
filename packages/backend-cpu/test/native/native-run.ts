import * as tf from "@tensorflow/tfjs-core";
import { NativeBackend } from "../../src/native/native-backend.ts";

/** Elements and shape of a tensor. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** The active backend, which project `cpu-native` makes the engine `native`. */
export function nativeBackend(): NativeBackend {
  const backend = tf.backend();
  if (!(backend instanceof NativeBackend)) throw new Error("expected the native engine");
  return backend;
}

/** Numbers of threads that must all give the same bits. */
export const THREADS = [1, 2, 3, 5] as const;

export function setThreads(count: number): void {
  const status = nativeBackend().library.declare("camada_set_threads", "int32_t", ["int32_t"])(count);
  if (status !== 0) throw new Error(`expected ${count} threads, got status ${status}`);
}

/** A tensor of the type that the array has; bytes are booleans. */
export function tensorOf({ shape, data }: Values): tf.Tensor {
  const dtype = data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "bool";
  return tf.tensor(data, [...shape], dtype);
}

type Inputs = Readonly<Record<string, Values | undefined>>;

/** Runs a kernel once and gives its outputs; leaves no tensor behind. */
export function runNative(name: string, inputs: Inputs, attrs: object = {}): Values[] {
  return freeing(() => readAll(name, tensorsOf(inputs), attrs));
}

/** The only output of a kernel that has one. */
export function runNativeSingle(name: string, inputs: Inputs, attrs: object = {}): Values {
  const [output, ...others] = runNative(name, inputs, attrs);
  if (output === undefined || others.length > 0) throw new Error(`${name}: expected one output`);
  return output;
}

/**
 * Runs a kernel at several numbers of threads, and once more at the first.
 * @returns in which runs, by number of threads, a bit was another than in the first one.
 */
export function differingThreads(name: string, inputs: Inputs, attrs: object = {}): number[] {
  return freeing(() => {
    const tensors = tensorsOf(inputs);
    const runs = [...THREADS, THREADS[0]].map((count) => {
      setThreads(count);
      return { count, bits: readAll(name, tensors, attrs).map(bitsOf) };
    });
    setThreads(2);
    const [first] = runs;
    return runs.filter(({ bits }) => !haveSameBits(bits, first!.bits)).map(({ count }) => count);
  });
}

/**
 * Where a result is not exactly as expected, in words; nothing where it is. Zeros of either sign are equal.
 * @param label names the configuration.
 */
export function differenceFrom(label: string, actual: Values, expected: Values): string[] {
  if (actual.shape.join() !== expected.shape.join() || actual.data.length !== expected.data.length) {
    return [`${label}: expected shape [${expected.shape.join()}], got [${actual.shape.join()}]`];
  }
  const at = actual.data.findIndex(
    (value, i) => value !== expected.data[i] && !(Number.isNaN(value) && Number.isNaN(expected.data[i])),
  );
  if (at < 0) return [];
  return [`${label}: expected ${expected.data[at]} at ${at}, got ${actual.data[at]}`];
}

/** `tf.tidy` for results that are no tensors. */
function freeing<Result>(run: () => Result): Result {
  const engine = tf.engine();
  engine.startScope();
  try {
    return run();
  } finally {
    engine.endScope();
  }
}

function haveSameBits(left: readonly Buffer[], right: readonly Buffer[]): boolean {
  return left.length === right.length && left.every((bits, i) => bits.equals(right[i]!));
}

function bitsOf({ data }: Values): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function tensorsOf(inputs: Inputs): tf.NamedTensorMap {
  const present = Object.entries(inputs).filter(([, values]) => values !== undefined);
  return Object.fromEntries(present.map(([name, values]) => [name, tensorOf(values!)]));
}

function readAll(name: string, tensors: tf.NamedTensorMap, attrs: object): Values[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, tensors, attrs as tf.NamedAttrMap);
  return [outputs].flat().map((output) => ({ shape: output.shape, data: output.dataSync<"float32">() }));
}
