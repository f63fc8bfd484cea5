import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths, version_wasm as version } from "@tensorflow/tfjs-backend-wasm";
import type { Engine } from "../engine.ts";
import { HeapBackend, type TfjsModule } from "./heap-backend.ts";
import { loadKernels } from "./module.ts";
import { withoutEmscriptenListeners } from "./process-listeners.ts";
import { registerKernels } from "./register.ts";

const TF_BACKEND = "camada-wasm";
const PRIORITY = 0;
const THREADS_FLAG = "WASM_HAS_MULTITHREAD_SUPPORT";

/** Activations at the same time share one. */
let registering: Promise<void> | undefined;

/** tfjs's WebAssembly kernels under a name of ours, with our own on the same memory. */
export function wasmEngine(wasmUrl?: string): Engine {
  return {
    async start() {
      if (!tf.findBackendFactory(TF_BACKEND)) {
        registering ??= register(wasmUrl).finally(() => (registering = undefined));
        await registering;
      }
      if (!(await tf.setBackend(TF_BACKEND))) throw new Error("tfjs could not start its WebAssembly backend");
      return {
        tfBackend: TF_BACKEND,
        engine: "wasm",
        description: `WebAssembly SIMD128, own kernels on tfjs-backend-wasm ${version}`,
        layout: "NCHW",
        precision: "float32",
        threads: 1,
      };
    },
  };
}

async function register(wasmUrl: string | undefined): Promise<void> {
  if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("WebAssembly has no SIMD here");
  // Made before tfjs asks for it: tfjs would print a failure instead of handing it on.
  let prepared: HeapBackend | undefined = await makeBackend(wasmUrl);
  registerKernels(TF_BACKEND);
  tf.registerBackend(
    TF_BACKEND,
    () => {
      const first = prepared;
      prepared = undefined;
      return first ?? makeBackend(wasmUrl);
    },
    PRIORITY,
  );
}

async function makeBackend(wasmUrl: string | undefined): Promise<HeapBackend> {
  const module = await loadModule(wasmUrl);
  return new HeapBackend(module, await loadKernels(module.asm.memory));
}

/** A tfjs module of our own, apart from the one that `tf.setBackend("wasm")` would make. */
async function loadModule(wasmUrl: string | undefined): Promise<TfjsModule> {
  if (wasmUrl !== undefined) setWasmPaths(wasmUrl.endsWith("/") ? wasmUrl : oneFile(wasmUrl));
  const threaded = await tf.env().getAsync(THREADS_FLAG);
  // The threaded build hangs when minified, and its shared memory could not be shared with our kernels.
  tf.env().set(THREADS_FLAG, false);
  try {
    const stock = (await withoutEmscriptenListeners(async () => tf.findBackendFactory("wasm")())) as HeapBackend;
    return stock.wasm as unknown as TfjsModule;
  } finally {
    tf.env().set(THREADS_FLAG, threaded);
  }
}

/** tfjs wants an address for each of its three builds; only the SIMD one is ever loaded here. */
function oneFile(url: string): Parameters<typeof setWasmPaths>[0] {
  return {
    "tfjs-backend-wasm.wasm": url,
    "tfjs-backend-wasm-simd.wasm": url,
    "tfjs-backend-wasm-threaded-simd.wasm": url,
  };
}
