import { BackendUnavailableError, type Backend } from "@camada/tensor";
import type { CudaPrecision } from "./cuda-backend.ts";
import type { CudaInfo } from "./cuda-info.ts";
import type { Engine } from "./engine.ts";
import type { TfjsNodeGpuLoader } from "./tfjs-node-gpu/engine.ts";

/**
 * A way to an NVIDIA card: `driver` is our own kernels over NVIDIA's driver, `tfjs-node-gpu` TensorFlow's, by the package
 * of that name.
 */
export type CudaEngine = "driver" | "tfjs-node-gpu";

/** Options of {@link cuda}. */
export interface CudaOptions {
  /** The one engine to use. Default: the first that runs. */
  readonly engine?: CudaEngine | undefined;
  /** Number of the card, as the driver counts. Default: 0. */
  readonly device?: number | undefined;
  /**
   * Arithmetic of matrix products and convolutions. `tf32` and `bf16` round their factors to 11 and 8 significant bits and
   * add up in float32; everything else is float32 always. Default: `float32`.
   */
  readonly precision?: CudaPrecision | undefined;
  /**
   * Tries several ways to compute each convolution when its shape is first met, and keeps the quickest. That takes time, most
   * of it for compiling, which the cache of kernels saves the next process. Which way wins may differ from one process to
   * the next, and with it the last bits of results. Of the engine `driver`. Default: false, the quickest by estimate.
   */
  readonly tune?: boolean | undefined;
  /** Most bytes of device memory that tensors may take together. Default: no limit but the card's. */
  readonly memoryLimitBytes?: number | undefined;
  /**
   * Folder for compiled kernels. Default: `camada/cuda` in `XDG_CACHE_HOME`, else in `.cache` of the home folder. One that
   * cannot be written only costs time.
   */
  readonly cacheFolder?: string | undefined;
  /**
   * Folder of the kernels' sources. Default: the package's own. A program that was bundled into one file has to say it.
   */
  readonly kernelFolder?: string | undefined;
  /** Loads the package `@tensorflow/tfjs-node-gpu` for its engine. Default: `import` of it. */
  readonly loadTfjsNodeGpu?: TfjsNodeGpuLoader | undefined;
}

/** An NVIDIA card as a backend: what {@link cuda} gives. */
export interface CudaDevice extends Backend {
  readonly name: "cuda";
  activate(): Promise<CudaInfo>;
}

const ORDER: readonly CudaEngine[] = ["driver", "tfjs-node-gpu"];

/**
 * An NVIDIA card as a backend. Nothing is loaded or registered before `activate()`.
 *
 * `activate()` rejects with `BackendUnavailableError` when no engine runs: there is no driver, no card of that number, no
 * compiler, no package. Its cause says which; of several engines it is an `AggregateError` with the reason of each. After
 * a kernel has failed, and with it the context, it makes a new one.
 * @example await useBackend(cuda());
 */
export function cuda(options: CudaOptions = {}): CudaDevice {
  let started: Engine | undefined;
  return {
    name: "cuda",
    device: `gpu(${options.device ?? 0})`,
    activate: () => activate(options, (engine) => (started = engine)),
    get compile() {
      return started?.compile;
    },
  };
}

async function activate(options: CudaOptions, note: (engine: Engine) => void): Promise<CudaInfo> {
  const candidates = options.engine === undefined ? ORDER : [options.engine];
  const rejected: { engine: string; reason: string }[] = [];
  const causes: unknown[] = [];
  for (const name of candidates) {
    try {
      const engine = await load(name, options);
      const info = await engine.start();
      note(engine);
      return { ...info, rejected };
    } catch (error) {
      rejected.push({ engine: name, reason: error instanceof Error ? error.message : String(error) });
      causes.push(error);
    }
  }
  const reasons = rejected.map(({ engine, reason }) => `${engine}: ${reason}`).join("; ");
  const cause = causes.length === 1 ? causes[0] : new AggregateError(causes, reasons);
  throw new BackendUnavailableError("cuda", `engine ${reasons}`, { cause });
}

async function load(name: CudaEngine, options: CudaOptions): Promise<Engine> {
  switch (name) {
    case "driver":
      return (await import("./driver-engine.ts")).driverEngine(options);
    case "tfjs-node-gpu":
      return (await import("./tfjs-node-gpu/engine.ts")).tfjsNodeGpuEngine(options, options.loadTfjsNodeGpu);
    default:
      throw new RangeError(`cuda: expected an engine among ${ORDER.join(", ")}, got ${String(name)}`);
  }
}
