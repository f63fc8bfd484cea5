import { CASES } from "@camada/test-kit";
import {
  freeing,
  runRegistered,
  runSingle,
  type KernelEngine,
  type KernelInputs,
  type KernelValues,
} from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { NativeBackend } from "../../src/native/native-backend.ts";

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

/** Runs a kernel once and gives its outputs; leaves no tensor behind. */
export function runNative(kernel: string, inputs: KernelInputs, attrs: object = {}): KernelValues[] {
  return freeing(() => runRegistered(kernel, inputs, attrs));
}

/** The only output of a kernel that has one. */
export function runNativeSingle(kernel: string, inputs: KernelInputs, attrs: object = {}): KernelValues {
  return runSingle({ run: runNative }, kernel, inputs, attrs);
}

/**
 * Runs a kernel at several numbers of threads, and once more at the first.
 * @returns in which runs, by number of threads, a bit was another than in the first one.
 */
export function differingThreads(kernel: string, inputs: KernelInputs, attrs: object = {}): number[] {
  return differingAtThreads(() => runNative(kernel, inputs, attrs));
}

/** As {@link differingThreads}, of anything that gives elements. */
export function differingAtThreads(work: () => readonly KernelValues[]): number[] {
  const runs = [...THREADS, THREADS[0]].map((count) => {
    setThreads(count);
    return { count, bits: work().map(bitsOf) };
  });
  setThreads(2);
  const [first] = runs;
  return runs.filter(({ bits }) => !haveSameBits(bits, first!.bits)).map(({ count }) => count);
}

/** Of how many runs one is repeated at other numbers of threads. */
const THREADS_EVERY = 10;
let runs = 0;

/**
 * The native engine, as the suites of all backends run it. Every tenth kernel runs at several numbers of threads.
 * @throws {Error} from `run`, when these do not give the same bits.
 */
export const native: KernelEngine = {
  name: "the native engine",
  cases: CASES,
  run(kernel, inputs, attrs = {}) {
    if (runs++ % THREADS_EVERY === 0) {
      const threads = differingThreads(kernel, inputs, attrs);
      const shapes = JSON.stringify(Object.entries(inputs).map(([name, values]) => [name, values?.shape]));
      if (threads.length > 0) throw new Error(`${kernel}: other bits at ${threads.join(", ")} threads: ${shapes}`);
    }
    return runNative(kernel, inputs, attrs);
  },
  inside: freeing,
};

function haveSameBits(left: readonly Buffer[], right: readonly Buffer[]): boolean {
  return left.length === right.length && left.every((bits, i) => bits.equals(right[i]!));
}

function bitsOf({ data }: KernelValues): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
