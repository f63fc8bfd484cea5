export { cpu, type CpuEngine, type CpuOptions } from "./cpu.ts";
export { OutOfMemoryError } from "./out-of-memory.ts";
export { NativeLibraryError } from "./native/errors.ts";
export type { CpuLevel, CpuPrecision } from "./native/names.ts";
export type { WasmThread } from "./wasm/threads.ts";
