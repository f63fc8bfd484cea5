import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths, version_wasm as version } from "@tensorflow/tfjs-backend-wasm";
import type { Engine } from "../engine.ts";
import { HeapBackend, type TfjsModule } from "./heap-backend.ts";
import { loadKernels } from "./module.ts";
import { withoutEmscriptenListeners } from "./process-listeners.ts";
import { registerKernels } from "./register.ts";
import { withSharedMemory } from "./shared-memory.ts";
import { canShareMemory, withThreads, type WasmThread } from "./threads.ts";

const TF_BACKEND = "camada-wasm";
const PRIORITY = 0;
const THREADS_FLAG = "WASM_HAS_MULTITHREAD_SUPPORT";

/** Activations at the same time share one. */
let registering: Promise<void> | undefined;

/** Threads of the engine that is registered, the calling one included. */
let threadCount = 1;

/** Options of the engine. */
export interface WasmOptions {
  readonly wasmUrl?: string | undefined;
  readonly threads?: number | undefined;
  readonly makeThread?: (() => WasmThread) | undefined;
}

/** tfjs's WebAssembly kernels under a name of ours, with our own on the same memory. */
export function wasmEngine(options: WasmOptions = {}): Engine {
  return {
    async start() {
      if (!tf.findBackendFactory(TF_BACKEND)) {
        registering ??= register(options).finally(() => (registering = undefined));
        await registering;
      }
      if (!(await tf.setBackend(TF_BACKEND))) throw new Error("tfjs could not start its WebAssembly backend");
      return {
        tfBackend: TF_BACKEND,
        engine: "wasm",
        description: `WebAssembly SIMD128, own kernels on tfjs-backend-wasm ${version}${threadCount > 1 ? `; ${threadCount} threads` : ""}`,
        layout: "NCHW",
        precision: "float32",
        threads: threadCount,
      };
    },
  };
}

async function register(options: WasmOptions): Promise<void> {
  if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("WebAssembly has no SIMD here");
  // Made before tfjs asks for it: tfjs would print a failure instead of handing it on.
  let prepared: HeapBackend | undefined = await makeBackend(options);
  registerKernels(TF_BACKEND);
  tf.registerBackend(
    TF_BACKEND,
    () => {
      const first = prepared;
      prepared = undefined;
      return first ?? makeBackend(options);
    },
    PRIORITY,
  );
}

async function makeBackend({ wasmUrl, threads = cores(), makeThread }: WasmOptions): Promise<HeapBackend> {
  const isShared = makeThread !== undefined && threads > 1 && canShareMemory();
  const module = await loadModule(wasmUrl, isShared);
  const kernels = await loadKernels(module.asm.memory);
  threadCount = isShared ? threads : 1;
  if (!isShared) return new HeapBackend(module, kernels);
  const others = Array.from({ length: threads - 1 }, makeThread);
  return new HeapBackend(module, await withThreads(kernels, module.asm.memory, others));
}

/** A tfjs module of our own, apart from the one that `tf.setBackend("wasm")` would make. */
async function loadModule(wasmUrl: string | undefined, isShared: boolean): Promise<TfjsModule> {
  const paths = wasmUrl === undefined || wasmUrl.endsWith("/") ? wasmUrl : oneFile(wasmUrl);
  const threaded = await tf.env().getAsync(THREADS_FLAG);
  // tfjs's threaded build hangs when minified. Its plain one works on a memory that is shared, once it says so.
  tf.env().set(THREADS_FLAG, false);
  const restoreFetch = isShared ? sharingMemory() : () => {};
  if (paths !== undefined) setWasmPaths(paths, isShared);
  try {
    const stock = (await withoutEmscriptenListeners(async () => tf.findBackendFactory("wasm")())) as HeapBackend;
    // Whoever asks tfjs for a backend of its own gets it from there too, as tfjs fetches it.
    if (paths !== undefined && isShared) setWasmPaths(paths);
    return stock.wasm as unknown as TfjsModule;
  } finally {
    restoreFetch();
    tf.env().set(THREADS_FLAG, threaded);
  }
}

/** Lets tfjs fetch a module whose memory is shared. @returns undoes it. */
function sharingMemory(): () => void {
  const { platform } = tf.env();
  const { fetch } = platform;
  platform.fetch = async (...request) => {
    const response = await fetch.apply(platform, request);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { ok: response.ok, arrayBuffer: async () => withSharedMemory(bytes).buffer } as Response;
  };
  return () => (platform.fetch = fetch);
}

/** Threads that the machine can run at once; a few are as good as many for these products. */
function cores(): number {
  const { navigator } = globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } };
  return Math.min(MOST_THREADS, navigator?.hardwareConcurrency ?? 1);
}

const MOST_THREADS = 8;

/** tfjs wants an address for each of its three builds; only the SIMD one is ever loaded here. */
function oneFile(url: string): Parameters<typeof setWasmPaths>[0] {
  return {
    "tfjs-backend-wasm.wasm": url,
    "tfjs-backend-wasm-simd.wasm": url,
    "tfjs-backend-wasm-threaded-simd.wasm": url,
  };
}
