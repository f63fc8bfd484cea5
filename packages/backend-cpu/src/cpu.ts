import { BackendUnavailableError, type Backend, type BackendInfo } from "@camada/tensor";
import type { Engine } from "./engine.ts";
import type { WasmThread } from "./wasm/threads.ts";
import type { CpuLevel, CpuPrecision } from "./native/names.ts";

/** An implementation of the CPU's kernels: machine code, WebAssembly with SIMD, or plain JavaScript. */
export type CpuEngine = "native" | "wasm" | "js";

/** Options of {@link cpu}. */
export interface CpuOptions {
  /** The one engine to use. Default: the first of `native`, `wasm`, `js` that runs. */
  readonly engine?: CpuEngine | undefined;
  /**
   * Where tfjs's own WebAssembly lies: the address of `tfjs-backend-wasm-simd.wasm`, or of its folder with a slash at
   * the end. Default: beside the script that loads it, which in Node is right.
   */
  readonly wasmUrl?: string | undefined;
  /**
   * Folder of the engine `native`'s libraries. Default: built in this workspace, or in the optional package for the
   * platform. A program that was bundled into one file has to say it.
   */
  readonly libraryFolder?: string | undefined;
  /**
   * Threads of the engine `native`, or of `wasm` where {@link makeThread} is given, the calling one included; results are
   * the same bits at any number. Default: one per core.
   */
  readonly threads?: number | undefined;
  /**
   * Makes a worker that calls `serveWasmThread` of `@camada/backend-cpu/wasm-thread`, for the engine `wasm` to compute on
   * several threads. Used on pages that are cross-origin isolated; elsewhere memory cannot be shared. Needs `wasmUrl`.
   */
  readonly makeThread?: (() => WasmThread) | undefined;
  /**
   * Arithmetic of matrix products and convolutions. `bf16` rounds their factors to 8 significant bits and adds up in
   * float32. Only the engine `native` has it, on CPUs with such instructions. Default: `float32`.
   */
  readonly precision?: CpuPrecision | undefined;
  /** Most bytes that the tensors of the engine `native` may take together. Default: no limit. */
  readonly memoryLimitBytes?: number | undefined;
  /** Instruction level of the engine `native`. Default: `CAMADA_CPU_LEVEL` of the environment, else the CPU's best. */
  readonly level?: CpuLevel | undefined;
}

const ORDER: readonly CpuEngine[] = ["native", "wasm", "js"];

/**
 * The CPU as a backend. Nothing is loaded or registered before `activate()`.
 *
 * `activate()` rejects with `BackendUnavailableError` when the engine asked for cannot run; chosen automatically, an
 * engine that refuses is listed in `info.rejected`.
 * @example await useBackend(cpu());
 */
export function cpu(options: CpuOptions = {}): Backend {
  return { name: "cpu", device: "cpu(0)", activate: () => activate(options) };
}

async function activate(options: CpuOptions): Promise<BackendInfo> {
  const candidates = options.engine === undefined ? ORDER : [options.engine];
  const rejected: { engine: string; reason: string }[] = [];
  const causes: unknown[] = [];
  for (const name of candidates) {
    try {
      const engine = await load(name, options);
      return { ...(await engine.start()), rejected };
    } catch (error) {
      rejected.push({ engine: name, reason: reasonOf(error) });
      causes.push(error);
    }
  }
  const reasons = rejected.map(({ engine, reason }) => `${engine}: ${reason}`).join("; ");
  const cause = causes.length === 1 ? causes[0] : new AggregateError(causes, reasons);
  throw new BackendUnavailableError("cpu", `engine ${reasons}`, { cause });
}

/** Engines stand behind `import()`: tfjs's backends register themselves when they are loaded. */
async function load(name: CpuEngine, options: CpuOptions): Promise<Engine> {
  const { precision = "float32" } = options;
  if (name !== "native" && precision !== "float32") throw new Error(`computes in float32 alone, not in ${precision}`);
  switch (name) {
    case "native":
      return (await import("#native-engine")).nativeEngine(options);
    case "wasm":
      return (await import("./wasm/engine.ts")).wasmEngine(options);
    case "js":
      return (await import("./js/engine.ts")).jsEngine;
  }
}

/** tfjs rejects with plain objects too. */
function reasonOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}
