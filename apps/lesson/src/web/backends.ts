import type { CpuOptions } from "@camada/backend-cpu";
import type { Backend } from "@camada/tensor";
import wasmUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url&no-inline";
import type { Localized } from "../localized.ts";

/** tfjs's own WebAssembly, from the page's origin; a worker would resolve a relative address against itself. */
const tfjsWasm = new URL(wasmUrl, import.meta.url).href;

/** A backend's name in the address. */
export type BackendId = "webgpu" | "webgl" | "wasm" | "js";

/** How a backend is started. */
interface BackendStart {
  /** Whether the reader asked for it by name: then it runs even where another one would be faster. */
  readonly isChosen: boolean;
  /** What a worker can give a backend, and the page's own thread, which must never wait, cannot. */
  readonly makeThread?: CpuOptions["makeThread"];
}

/** A backend that the page offers. */
export interface BackendEntry {
  readonly id: BackendId;
  readonly label: Localized;
  /** Loads the backend's code; nothing of it stands in the page's first chunk. */
  load(start: BackendStart): Promise<Backend>;
}

/**
 * The page's backends, in the order in which they are tried. One that cannot run here, or should not, rejects in its
 * `activate()` with a `BackendUnavailableError`, and the page shows its reason.
 */
export const backendEntries: readonly BackendEntry[] = [
  {
    id: "webgl",
    label: { "pt-BR": "WebGL", en: "WebGL" },
    load: async ({ isChosen }) => (await import("@camada/backend-webgl")).webgl({ allowSoftware: isChosen }),
  },
  {
    id: "wasm",
    label: { "pt-BR": "WebAssembly", en: "WebAssembly" },
    // Only a worker can give threads: the page's own thread must never wait.
    load: async ({ makeThread }) =>
      (await import("@camada/backend-cpu")).cpu({ engine: "wasm", wasmUrl: tfjsWasm, makeThread }),
  },
  {
    id: "js",
    label: { "pt-BR": "JavaScript", en: "JavaScript" },
    load: async () => (await import("@camada/backend-cpu")).cpu({ engine: "js" }),
  },
  // The last one: it has been tried on GPUs in software alone, so it computes where it is asked to by name.
  {
    id: "webgpu",
    label: { "pt-BR": "WebGPU", en: "WebGPU" },
    load: async ({ isChosen }) => (await import("@camada/backend-webgpu")).webgpu({ allowSoftware: isChosen }),
  },
];
