import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CONVOLUTION } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { Compiler } from "./compiler/compiler.ts";
import { defaultCacheFolder, ImageCache } from "./compiler/image-cache.ts";
import { KernelModules } from "./compiler/kernel-modules.ts";
import { CudaBackend, type CudaPrecision } from "./cuda-backend.ts";
import { deviceKernels } from "./device-kernels.ts";
import { CudaDriver } from "./driver/cuda-driver.ts";
import type { DeviceDescription, Driver, DriverContext } from "./driver/driver.ts";
import { CudaDriverError, NoSuchDeviceError } from "./driver/errors.ts";
import type { Engine, EngineInfo, EngineOptions } from "./engine.ts";
import { CachingMemory } from "./memory/caching-memory.ts";
import type { DeviceMemory } from "./memory/device-memory.ts";
import { loadNvrtc } from "./nvrtc/libnvrtc.ts";
import { Nvrtc, targetFor } from "./nvrtc/nvrtc.ts";
import { registerKernels } from "./register.ts";
import { compileStep } from "./replay/compile-step.ts";

const PRIORITY = 0;
const PRECISIONS: readonly CudaPrecision[] = ["float32", "tf32", "bf16"];
/** From here on the tensor cores know the shorter floats. */
const FIRST_WITH_SHORT_FLOATS = 8;
const OLDEST_CUDA = 12;

/** Channels come first where the convolutions are ours; tfjs's want them last. */
const LAYOUT = deviceKernels.some(({ kernelName }) => kernelName === CONVOLUTION) ? "NCHW" : "NHWC";

/** What the engine is made of: the machine's own parts, or a test's. */
export interface EngineParts {
  /** Name of the tfjs backend, to which the card, the precision and the tuning are added where they are not the usual ones. */
  readonly tfBackend: string;
  driver(): Driver;
  /** The compiler for a card, and what its images are for, as it counts for the cache. */
  compiler(driver: Driver, device: DeviceDescription): { readonly compiler: Compiler; readonly target: string };
  memory(context: DriverContext, capBytes: number): DeviceMemory;
}

/** The driver is loaded once: it stays in the process. */
let systemDriver: CudaDriver | undefined;

const SYSTEM_PARTS: EngineParts = {
  tfBackend: "cuda",
  driver: () => (systemDriver ??= new CudaDriver()),
  compiler({ cudaVersion }, { computeCapability }) {
    const library = loadNvrtc(cudaVersion);
    const compiler = new Nvrtc(library, targetFor(computeCapability, library.architectures));
    return { compiler, target: `${compiler.version} ${compiler.target.architecture}` };
  },
  memory: (context, capBytes) => new CachingMemory(context, capBytes),
};

/** Our kernels, on a card of this machine. */
export function driverEngine(options: EngineOptions, parts: EngineParts = SYSTEM_PARTS): Engine {
  return { start: () => start(options, parts), compile: compileStep };
}

async function start(options: EngineOptions, parts: EngineParts): Promise<EngineInfo> {
  const { device: index = 0, precision = "float32", memoryLimitBytes = 0, tune = false } = options;
  requireLimit(memoryLimitBytes);
  const driver = parts.driver();
  const version = driver.cudaVersion.join(".");
  if (driver.cudaVersion[0] < OLDEST_CUDA) {
    throw new CudaDriverError(`cuda: expected a driver of CUDA ${OLDEST_CUDA} or newer, got ${version}; update it`);
  }
  const device = driver.devices[index];
  if (device === undefined) throw new NoSuchDeviceError(index, driver.devices);
  requirePrecision(precision, device);
  const { compiler, target } = parts.compiler(driver, device);
  const unusual = [index === 0 ? "" : index, precision === "float32" ? "" : precision, tune ? "tuned" : ""];
  const name = [parts.tfBackend, ...unusual.filter((part) => part !== "")].join("-");
  const backend = await activate(name, () => {
    const context = driver.open(index);
    const cache = new ImageCache(options.cacheFolder ?? defaultCacheFolder(), target);
    const modules = new KernelModules(context, compiler, cache, options.kernelFolder ?? kernelFolder());
    return new CudaBackend({ context, modules, memory: parts.memory(context, memoryLimitBytes), precision, tune });
  });
  const capability = device.computeCapability.join(".");
  return {
    tfBackend: name,
    engine: "driver",
    description: `${device.name}, compute capability ${capability}; CUDA ${version}, ${compiler.version}; ${precision}${tune ? ", tuned" : ""}`,
    layout: LAYOUT,
    // The gradients of a convolution read theirs many times.
    undoesActivationsOnce: true,
    precision,
    threads: 1,
    memory: backend.memoryPool.statistics,
    fallbacks: backend.scripts.counts,
    gpu: device,
    ...(backend.tuning === undefined ? {} : { tuned: () => backend.tuning!.shapes() }),
    cudaVersion: version,
    compiler: compiler.version,
  };
}

/** Makes a backend tfjs's active one: that which is there, unless its context was lost or it is not there yet. */
async function activate(name: string, create: () => CudaBackend): Promise<CudaBackend> {
  const earlier = tf.findBackend(name) as CudaBackend | undefined;
  if (earlier?.context.isLost === true) tf.removeBackend(name);
  if (!tf.findBackendFactory(name)) {
    const backend = create();
    registerKernels(name);
    tf.registerBackend(name, () => backend, PRIORITY);
  }
  if (!(await tf.setBackend(name))) throw new CudaDriverError("cuda: expected tfjs to take the backend, got a refusal");
  return tf.backend() as CudaBackend;
}

/** Beside `src` and `dist` alike. A program that was bundled into one file has to say where they are. */
function kernelFolder(): string {
  return join(fileURLToPath(new URL("..", import.meta.url)), "kernels");
}

function requireLimit(bytes: number): void {
  if (bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER) return;
  throw new RangeError(`cuda: expected memoryLimitBytes from 0 to ${Number.MAX_SAFE_INTEGER}, got ${bytes}`);
}

function requirePrecision(precision: CudaPrecision, { name, computeCapability }: DeviceDescription): void {
  if (!PRECISIONS.includes(precision)) {
    throw new RangeError(`cuda: expected a precision among ${PRECISIONS.join(", ")}, got ${precision}`);
  }
  const [major] = computeCapability;
  if (precision === "float32" || major >= FIRST_WITH_SHORT_FLOATS) return;
  const least = `compute capability ${FIRST_WITH_SHORT_FLOATS}.0 or more for precision ${precision}`;
  throw new RangeError(`cuda: expected ${least}, got ${computeCapability.join(".")} of ${name}`);
}
