import { ROWS } from "./blocks.ts";
import type { Kernels } from "./module.ts";
import { MOST_TASKS, sharedTasks, TaskList } from "./thread-tasks.ts";
import type { WebAssemblyMemory } from "./web-assembly.ts";

/** A worker that runs `serveWasmThread` of `@camada/backend-cpu/wasm-thread`. */
export interface WasmThread {
  /** As a worker has it. */
  postMessage(message: unknown): void;
  /** As a worker has it. */
  addEventListener(type: "message" | "error", listener: (event: object) => void): void;
}

/** Products with fewer multiplications are done before another thread has woken up. */
const WORTHWHILE = 1_000_000;
/** Pieces of a product for each thread: one that is held up leaves the rest to the others. */
const PIECES = 3;

/** Whether this program may share memory between threads. */
export function canShareMemory(): boolean {
  const { crossOriginIsolated, SharedArrayBuffer } = globalThis as {
    readonly crossOriginIsolated?: boolean;
    readonly SharedArrayBuffer?: unknown;
  };
  return crossOriginIsolated === true && SharedArrayBuffer !== undefined;
}

/** Kernels whose products several threads compute. Every number comes about as it does on one thread. */
export async function withThreads(
  kernels: Kernels,
  memory: WebAssemblyMemory,
  threads: readonly WasmThread[],
): Promise<Kernels> {
  const shared = sharedTasks(memory);
  await Promise.all(threads.map((thread) => ready(thread, shared)));
  const list = new TaskList(shared, kernels.multiply);
  const most = Math.min(MOST_TASKS, PIECES * (threads.length + 1));
  return {
    ...kernels,
    multiply(a, b, c, rowBytes, rowPanels, columnPanels, depth, accumulate) {
      const multiplications = rowPanels * ROWS * rowBytes * depth * 0.25;
      if (rowPanels < 2 || multiplications < WORTHWHILE) {
        kernels.multiply(a, b, c, rowBytes, rowPanels, columnPanels, depth, accumulate);
        return;
      }
      const size = Math.ceil(rowPanels / most);
      const tasks: number[][] = [];
      for (let start = 0; start < rowPanels; start += size) {
        const [left, result] = [a + start * ROWS * depth * 4, c + start * ROWS * rowBytes];
        const panels = Math.min(size, rowPanels - start);
        tasks.push([left, b, result, rowBytes, panels, columnPanels, depth, accumulate ? 1 : 0]);
      }
      list.doAll(tasks);
    },
  };
}

/** Hands a thread the memory and waits until it is at work. */
function ready(thread: WasmThread, shared: object): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.addEventListener("message", () => resolve());
    thread.addEventListener("error", (event) => {
      const { message = "no reason given" } = event as { readonly message?: string };
      reject(new Error(`a thread of WebAssembly did not start: ${message}`));
    });
    thread.postMessage(shared);
  });
}
