import * as tf from "@tensorflow/tfjs-core";
import { QuietCpuBackend } from "../../js/quiet-cpu-backend.ts";
import type { HeapBackend } from "../heap-backend.ts";
import type { Kernel } from "../kernels/define.ts";

type KernelArguments = Parameters<tf.KernelFunc>[0];

/** A kernel that tfjs has in JavaScript alone: it runs on copies of its inputs, and its outputs are copied back. */
export function hostKernel(kernelName: string): Kernel {
  return { kernelName, kernelFunc: (args) => runOnHost(kernelName, args) };
}

/** Identity and Reshape share their input's data, whatever its type; the other three are for complex tensors. */
const ANY_TYPE: readonly string[] = [tf.Complex, tf.Identity, tf.Imag, tf.Real, tf.Reshape];

const hasWideBias = ({ inputs }: KernelArguments): boolean => !!inputs["bias"] && inputs["bias"].shape.length !== 1;
const hasUnitWindow = ({ attrs }: KernelArguments): boolean =>
  [attrs?.["filterSize"]].flat().every((size) => size === 1);

/** What tfjs's WebAssembly gets wrong or refuses. */
const REPAIRS: Readonly<Record<string, (args: KernelArguments) => boolean>> = {
  // Pooling of XNNPACK has no windows of one element.
  [tf.AvgPool]: hasUnitWindow,
  [tf.MaxPool]: hasUnitWindow,
  // Takes a matrix for a batch of rows.
  [tf.Bincount]: ({ inputs }) => inputs["x"]?.shape.length !== 1,
  // Truncates to a byte instead of comparing with zero.
  [tf.Cast]: ({ attrs }) => attrs?.["dtype"] === "bool",
  [tf.FusedConv2D]: (args) => hasWideBias(args) || args.attrs?.["dataFormat"] !== "NHWC",
  [tf.FusedDepthwiseConv2D]: hasWideBias,
};

/** A kernel that leaves to JavaScript what WebAssembly does not know: complex tensors, strings, and the repairs. */
export function repaired(kernel: Omit<tf.KernelConfig, "backendName">): Omit<tf.KernelConfig, "backendName"> {
  const { kernelName, kernelFunc } = kernel;
  if (ANY_TYPE.includes(kernelName) || tf.getKernel(kernelName, "cpu") === undefined) return kernel;
  const needsRepair = REPAIRS[kernelName] ?? (() => false);
  return {
    ...kernel,
    kernelFunc: (args) => {
      const isOther =
        isNotNumeric(args.attrs?.["dtype"]) || Object.values(args.inputs).some((x) => isNotNumeric(x?.dtype));
      return isOther || needsRepair(args) ? runOnHost(kernelName, args) : kernelFunc(args);
    },
  };
}

function isNotNumeric(dtype: unknown): boolean {
  return dtype === "complex64" || dtype === "string";
}

/** A kernel's inputs: some hold lists of tensors. */
type Inputs = tf.TensorInfo | undefined | readonly Inputs[] | { readonly [name: string]: Inputs };

/** Runs tfjs's JavaScript kernel of a name on copies of the inputs. */
export function runOnHost(
  kernelName: string,
  { inputs, backend, attrs }: KernelArguments,
): tf.TensorInfo | tf.TensorInfo[] {
  const heap = backend as HeapBackend;
  const host = new QuietCpuBackend();
  const copies = copyInputs(heap, host, inputs) as tf.NamedTensorInfoMap;
  const outputs = kernelOfHost(kernelName)({ inputs: copies, backend: host, ...(attrs && { attrs }) });
  if (Array.isArray(outputs)) return outputs.map((output) => fromHost(heap, host, output));
  return fromHost(heap, host, outputs);
}

function copyInputs(heap: HeapBackend, host: QuietCpuBackend, inputs: Inputs): Inputs {
  if (inputs === undefined || inputs === null) return inputs;
  if (Array.isArray(inputs)) return inputs.map((input: Inputs) => copyInputs(heap, host, input));
  if ("dataId" in inputs) return toHost(heap, host, inputs as tf.TensorInfo);
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, copyInputs(heap, host, input)]));
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
  const typed = x.dtype === "string" ? values : tf.util.toTypedArray(values, x.dtype);
  return heap.makeOutput(x.shape, x.dtype, undefined, typed);
}
