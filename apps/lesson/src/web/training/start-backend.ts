import { type BackendInfo, useBackend } from "@camada/tensor";
import { backendEntries, type BackendId } from "../backends.ts";

/** Another thread of the WebAssembly engine, for pages that are cross-origin isolated. */
function makeThread(): Worker {
  return new Worker(new URL("./wasm-thread-worker.ts", import.meta.url), { type: "module", name: "wasm thread" });
}

/** Activates a backend in this worker. @throws {BackendUnavailableError} when it cannot run here. */
export async function startBackend(id: BackendId): Promise<BackendInfo> {
  const entry = backendEntries.find((one) => one.id === id);
  if (entry === undefined) throw new Error(`expected a backend of the page, got ${id}`);
  // The page has chosen: by itself, what runs there, or what the reader asked for.
  return useBackend(await entry.load({ isChosen: true, makeThread }));
}
