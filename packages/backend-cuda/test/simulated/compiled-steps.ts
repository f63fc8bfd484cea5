import { fileURLToPath } from "node:url";
import { compile, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { vi } from "vitest";
import type { CudaBackend } from "../../src/cuda-backend.ts";
import { simulatedCuda, type SimulatedCudaOptions } from "./simulated-cuda.ts";
import type { SimulatedContext } from "./simulated-driver.ts";

const folder = fileURLToPath(new URL("../..", import.meta.url));
/** What the project runs on, to which every test goes back. */
export const before = tf.getBackend();
/** What is done after a test, before its backend goes. */
export const cleanups: (() => void)[] = [];

/** A backend of its own, on the second of two devices, with memory that is reused as on a card. */
export async function begin(options: Partial<SimulatedCudaOptions> = {}) {
  const device = simulatedCuda({ folder, count: 2, device: 1, isGuarded: false, ...options });
  const info = await useBackend(device);
  const backend = tf.backend() as CudaBackend;
  return { device, info, backend, context: backend.context as SimulatedContext };
}

/** Frees what a test made, and goes back to the project's backend. */
export async function cleanUp(): Promise<void> {
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0)) cleanup();
  const own = tf.getBackend();
  await tf.setBackend(before);
  if (own !== before) tf.removeBackend(own);
}

/** A step whose runs in JavaScript are counted. */
export function counted<A extends unknown[], R>(step: (...args: A) => R) {
  const runs = vi.fn<(...args: A) => R>(step);
  const compiled = compile((...args: A) => runs(...args));
  cleanups.push(() => compiled.dispose());
  return { runs, compiled };
}

/** A variable that is freed after the test. */
export function variable(values: tf.TensorLike, name?: string): tf.Variable {
  const made = tf.tidy(() => tf.variable(tf.tensor(values), false, name));
  cleanups.push(() => made.dispose());
  return made;
}
