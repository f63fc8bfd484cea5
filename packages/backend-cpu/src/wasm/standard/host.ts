import * as tf from "@tensorflow/tfjs-core";
import { QuietCpuBackend } from "../../js/quiet-cpu-backend.ts";
import type { HeapBackend } from "../heap-backend.ts";
import type { Kernel } from "../kernels/define.ts";

type KernelArguments = Parameters<tf.KernelFunc>[0];

/** A kernel that tfjs has in JavaScript alone: it runs on copies of its inputs, and its outputs are copied back. */
export function hostKernel(kernelName: string): Kernel {
  return { kernelName, kernelFunc: (args) => runOnHost(kernelName, args) };
}

/** A kernel of tfjs's WebAssembly that leaves complex tensors, which it does not know, to the JavaScript one. */
export function complexOnHost(kernel: tf.KernelConfig): tf.KernelConfig {
  const { kernelName, kernelFunc } = kernel;
  if (tf.getKernel(kernelName, "cpu") === undefined) return kernel;
  return {
    ...kernel,
    kernelFunc: (args) => {
      const isComplex =
        args.attrs?.["dtype"] === "complex64" || Object.values(args.inputs).some((x) => x?.dtype === "complex64");
      return isComplex ? runOnHost(kernelName, args) : kernelFunc(args);
    },
  };
}

function runOnHost(kernelName: string, { inputs, backend, attrs }: KernelArguments): tf.TensorInfo | tf.TensorInfo[] {
  const heap = backend as HeapBackend;
  const host = new QuietCpuBackend();
  const entries = Object.entries(inputs).map(([name, x]) => [name, x && toHost(heap, host, x)] as const);
  const hostInputs: tf.NamedTensorInfoMap = Object.assign(Array.isArray(inputs) ? [] : {}, Object.fromEntries(entries));
  const outputs = kernelOfHost(kernelName)({ inputs: hostInputs, backend: host, ...(attrs && { attrs }) });
  if (Array.isArray(outputs)) return outputs.map((output) => fromHost(heap, host, output));
  return fromHost(heap, host, outputs);
}

function kernelOfHost(kernelName: string): tf.KernelFunc {
  const kernel = tf.getKernel(kernelName, "cpu");
  if (kernel === undefined) throw new Error(`cpu: expected tfjs to have kernel ${kernelName}, got none`);
  return kernel.kernelFunc;
}

function toHost(heap: HeapBackend, host: QuietCpuBackend, x: tf.TensorInfo): tf.TensorInfo {
  if (x.dtype === "complex64") {
    const { real, imag } = heap.complexParts(x);
    const inputs = { real: toHost(heap, host, real), imag: toHost(heap, host, imag) };
    return kernelOfHost("Complex")({ inputs, backend: host }) as tf.TensorInfo;
  }
  return host.makeTensorInfo(x.shape, x.dtype, heap.readSync(x.dataId));
}

function fromHost(heap: HeapBackend, host: QuietCpuBackend, x: tf.TensorInfo): tf.TensorInfo {
  const parts = host.data.get(x.dataId).complexTensorInfos;
  if (parts !== undefined) {
    return heap.makeComplex({ real: fromHost(heap, host, parts.real), imag: fromHost(heap, host, parts.imag) });
  }
  const values = host.readSync(x.dataId);
  const typed = x.dtype === "string" ? values : tf.util.toTypedArray(values as tf.TypedArray, x.dtype as "float32");
  return heap.makeOutput(x.shape, x.dtype, undefined, typed);
}
