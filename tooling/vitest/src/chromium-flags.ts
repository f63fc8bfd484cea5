/** Of every Chromium that tests start: no sandbox, as in containers, and no calls home. */
const QUIET = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** WebGL drawn by Mesa, several times as fast as by the browser's own SwiftShader. */
const MESA = ["--use-angle=gl-egl", "--ignore-gpu-blocklist"];

/** A WebGPU adapter, which browsers hide while only software computes. */
const WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** GPUs that a machine without one can offer to a page. */
export type SoftwareGpu = "webgl" | "webgpu";

/** Flags of a Chromium whose pages compute on a GPU that the CPU stands in for. */
export function chromiumFlags(gpu: SoftwareGpu): string[] {
  return [...QUIET, ...MESA, ...(gpu === "webgpu" ? WEBGPU : [])];
}

/** Playwright's own flags that would take the GPU away. */
export const REFUSED_FLAGS = ["--disable-gpu"];
