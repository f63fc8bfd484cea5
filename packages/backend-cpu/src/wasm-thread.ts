import { loadKernels } from "./wasm/module.ts";
import { type SharedTasks, TaskList } from "./wasm/thread-tasks.ts";

/** The part of a worker's global scope that is used. */
interface WorkerScope {
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/**
 * Makes the worker that calls it a thread of the engine `wasm`, until it is ended. Nothing else can run in it.
 * @example // wasm-thread-worker.ts
 * import { serveWasmThread } from "@camada/backend-cpu/wasm-thread";
 * serveWasmThread();
 */
export function serveWasmThread(): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.addEventListener("message", ({ data }) => void serve(data as SharedTasks, scope));
}

async function serve(shared: SharedTasks, scope: WorkerScope): Promise<void> {
  const { multiply } = await loadKernels(shared.memory);
  const list = new TaskList(shared, multiply);
  scope.postMessage("ready");
  for (let generation = 0; ;) {
    generation = list.next(generation);
    list.help(generation);
  }
}
