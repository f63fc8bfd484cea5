import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/**
 * tfjs's WebAssembly as it is published, and the one kernel that it lacks for training, made of those that it has: the
 * gradient of a convolution's filters is a convolution of the transposed pictures with the transposed gradient. Stride 1
 * without padding is all that the lesson's net needs.
 */
export async function startStockWasm(wasmUrl: string): Promise<string> {
  setWasmPaths({
    "tfjs-backend-wasm.wasm": wasmUrl,
    "tfjs-backend-wasm-simd.wasm": wasmUrl,
    "tfjs-backend-wasm-threaded-simd.wasm": wasmUrl,
  });
  // tfjs's threaded build hangs when it is minified.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs could not start its WebAssembly backend");
  tf.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ inputs: { x, dy } }) => filterGradient(x as tf.TensorInfo, dy as tf.TensorInfo),
  });
  return "wasm";
}

/** `[n, h, w, c]` and `[n, oh, ow, o]` to `[kh, kw, c, o]`, by tfjs's kernels. */
function filterGradient(x: tf.TensorInfo, dy: tf.TensorInfo): tf.TensorInfo {
  const pictures = transposed(x, [3, 1, 2, 0]);
  const filters = transposed(dy, [1, 2, 0, 3]);
  const attrs = { strides: 1, pad: "valid", dataFormat: "NHWC", dilations: [1, 1], dimRoundingMode: undefined };
  const product = run("Conv2D", { x: pictures, filter: filters }, attrs as unknown as tf.NamedAttrMap);
  const gradient = transposed(product, [1, 2, 0, 3]);
  for (const { dataId } of [pictures, filters, product]) tf.backend().disposeData(dataId);
  return gradient;
}

function transposed(x: tf.TensorInfo, perm: number[]): tf.TensorInfo {
  return run("Transpose", { x }, { perm });
}

function run(kernelName: string, inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap): tf.TensorInfo {
  const { kernelFunc } = tf.getKernel(kernelName, "wasm")!;
  return kernelFunc({ inputs, attrs, backend: tf.backend() }) as tf.TensorInfo;
}
