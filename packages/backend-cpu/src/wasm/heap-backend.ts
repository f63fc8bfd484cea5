import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { WebAssemblyMemory } from "./web-assembly.ts";

/** What we use of the module that Emscripten made for tfjs. */
export interface TfjsModule {
  readonly asm: { readonly memory: WebAssemblyMemory };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** tfjs's WebAssembly backend on a module of our own. */
export class HeapBackend extends BackendWasm {
  constructor(module: TfjsModule) {
    super(module as unknown as BackendWasm["wasm"]);
  }
}
