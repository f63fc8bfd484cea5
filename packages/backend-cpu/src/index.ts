export { cpu, type CpuEngine, type CpuOptions } from "./cpu.ts";
export { OutOfMemoryError } from "./out-of-memory.ts";
export { NativeLibraryError } from "./native/errors.ts";
export type { CpuLevel } from "./native/level.ts";
export type { CpuPrecision } from "./native/native-backend.ts";
