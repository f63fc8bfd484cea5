export { cpu, type CpuEngine, type CpuOptions } from "./cpu.ts";
export { OutOfMemoryError } from "./wasm/out-of-memory.ts";
