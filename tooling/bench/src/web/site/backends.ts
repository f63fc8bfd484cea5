import { cpu } from "@camada/backend-cpu";
import { webgl } from "@camada/backend-webgl";
import { webgpu } from "@camada/backend-webgpu";
import type { Backend } from "@camada/tensor";
import wasmUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url&no-inline";

/** A backend of a browser, ours and tfjs's own. */
interface WebBackend {
  readonly ours: () => Backend | Promise<Backend>;
  /** Activates tfjs's backend and gives its name there. */
  readonly stock: () => Promise<string>;
}

const address = new URL(wasmUrl, import.meta.url).href;

function wasmThread(): Worker {
  return new Worker(new URL("./wasm-thread-worker.ts", import.meta.url), { type: "module" });
}

async function stockWasm(): Promise<string> {
  return (await import("./stock-wasm.ts")).startStockWasm(address);
}

/** The backends that are compared. Their code is loaded when they are asked for. */
export const webBackends: Readonly<Record<string, WebBackend>> = {
  wasm: {
    ours: () => cpu({ engine: "wasm", wasmUrl: address }),
    stock: stockWasm,
  },
  webgl: {
    ours: () => webgl({ allowSoftware: true }),
    stock: async () => (await import("./stock-webgl.ts")).startStockWebgl(),
  },
  "wasm-threads": {
    ours: () => cpu({ engine: "wasm", wasmUrl: address, makeThread: wasmThread }),
    // tfjs's own threaded build hangs when it is minified.
    stock: stockWasm,
  },
  webgpu: {
    // The machine may have no GPU; the table's head says what runs.
    ours: () => webgpu({ allowSoftware: true }),
    stock: async () => (await import("./stock-webgpu.ts")).startStockWebgpu(),
  },
};
