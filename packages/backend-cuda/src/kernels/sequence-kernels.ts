import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel } from "../kernel.ts";

function sequence(kernelName: string): Kernel {
  return defineKernel(kernelName, (backend, _: object, attrs: object) => backend.scripts.constant(kernelName, attrs));
}

/** Numbers at equal distances: constants, which the host makes one from the other, as every backend of tfjs has them. */
export const sequenceKernels: readonly Kernel[] = [sequence(tf.LinSpace), sequence(tf.Range)];
