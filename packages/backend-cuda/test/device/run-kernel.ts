import process from "node:process";
import {
  freeing,
  runRegistered,
  runSingle,
  type KernelEngine,
  type KernelInputs,
  type KernelValues,
} from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { CudaBackend } from "../../src/cuda-backend.ts";

/** The active backend: project `cuda` has it on a card, `cuda-simulated` on a device that the CPU simulates. */
export function cudaBackend(): CudaBackend {
  const backend = tf.backend();
  if (!(backend instanceof CudaBackend)) throw new Error("expected the CUDA backend");
  return backend;
}

export const isSimulated = cudaBackend().device.name === "simulated device";

/** A simulated device is some thousand times slower than a card. */
const CASES_HERE = isSimulated ? 60 : 1000;

/** Random configurations of every kernel; `CAMADA_DIFFERENTIAL_CASES=50000` looks longer. */
export const CASES = Number(process.env["CAMADA_DIFFERENTIAL_CASES"] ?? CASES_HERE);

/** The device, as the suites of all backends run it: what went through the host instead throws. */
export const device: KernelEngine = {
  name: "the device",
  cases: CASES,
  run: runKernel,
  inside(work) {
    const before = timesOnHost();
    const result = freeing(work);
    if (timesOnHost() !== before) throw new Error("expected the device to run every kernel");
    return result;
  },
};

/**
 * Runs a kernel once, on the device, and gives its outputs; leaves no tensor behind.
 * @throws {Error} when the kernel ran on the host instead.
 */
export function runKernel(kernel: string, inputs: KernelInputs, attrs: object = {}): KernelValues[] {
  return device.inside(() => runRegistered(kernel, inputs, attrs));
}

/** The only output of a kernel that has one. */
export function runOnly(kernel: string, inputs: KernelInputs, attrs: object = {}): KernelValues {
  return runSingle(device, kernel, inputs, attrs);
}

function timesOnHost(): number {
  return [...cudaBackend().scripts.counts().values()].reduce((sum, times) => sum + times, 0);
}
