import { cpu } from "@camada/backend-cpu";
import { useBackend } from "@camada/tensor";

/** Every test file of project `cpu` runs on the WebAssembly engine. */
await useBackend(cpu({ engine: "wasm" }));
