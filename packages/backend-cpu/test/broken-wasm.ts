// Run as a process of its own: tfjs's WebAssembly package stays unusable for good once it failed to start.
import { cpu } from "@camada/backend-cpu";
import { useBackend } from "@camada/tensor";

// tfjs's module complains on the console before it gives up; standard output belongs to the result.
console.log = console.warn = console.error = () => {};
const info = await useBackend(
  cpu({ libraryFolder: import.meta.dirname, wasmUrl: "/nowhere/tfjs-backend-wasm-simd.wasm" }),
);
process.stdout.write(JSON.stringify(info));
