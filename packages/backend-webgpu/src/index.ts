export { webgpu, type WebgpuBackend, type WebgpuOptions } from "./webgpu.ts";
export { SynchronousReadError } from "./errors.ts";
export type { AdapterDescription } from "./adapter.ts";
export type { WebgpuInfo } from "./engine.ts";
