import { serveWasmThread } from "@camada/backend-cpu/wasm-thread";

serveWasmThread();
