import { BackendUnavailableError, type Backend } from "@camada/tensor";
import type { WebgpuInfo } from "./engine.ts";

/** Options of {@link webgpu}. */
export interface WebgpuOptions {
  /**
   * Where adapters come from. Default: `navigator.gpu`, and in Node the optional package `webgpu`, which must be
   * installed then.
   */
  readonly gpu?: GPU | undefined;
  /** Which of several GPUs. Default: `high-performance`. */
  readonly powerPreference?: GPUPowerPreference | undefined;
  /**
   * Whether to run where the CPU plays the GPU, as SwiftShader does, which is slower than the CPU's own kernels. Default:
   * false; `activate()` then names the adapter in its refusal.
   */
  readonly allowSoftware?: boolean | undefined;
}

/** A GPU as a backend: what {@link webgpu} gives. */
export interface WebgpuBackend extends Backend {
  readonly name: "webgpu";
  activate(): Promise<WebgpuInfo>;
}

/**
 * A GPU through WebGPU as a backend. Nothing is loaded or registered before `activate()`.
 *
 * `activate()` rejects with `BackendUnavailableError` where there is no WebGPU, no adapter, or only one in software that
 * was not allowed. Called again after the device was lost, it takes a new one; tensors of the old one are gone.
 * @example await useBackend(webgpu());
 */
export function webgpu(options: WebgpuOptions = {}): WebgpuBackend {
  return { name: "webgpu", device: "gpu(0)", activate: () => activate(options) };
}

async function activate(options: WebgpuOptions): Promise<WebgpuInfo> {
  try {
    const { start } = await import("./engine.ts");
    return await start(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackendUnavailableError("webgpu", reason, { cause: error });
  }
}
