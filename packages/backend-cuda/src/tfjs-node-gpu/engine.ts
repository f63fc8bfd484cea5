import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import type { CudaPrecision } from "../cuda-backend.ts";
import { CudaDriverError } from "../driver/errors.ts";
import type { Engine, EngineInfo, EngineOptions } from "../engine.ts";
import { restoreLegacyUtil } from "./legacy-util.ts";

/** Under this name the package registers itself. */
const TF_BACKEND = "tensorflow";
const PACKAGE = "@tensorflow/tfjs-node-gpu";
/** What its TensorFlow was built for. */
const CUDA_VERSION = "11.2";

/** Loads the package, which registers its backend with tfjs-core as it is loaded. */
export type TfjsNodeGpuLoader = () => Promise<unknown>;

/** What we know of its backend: it is the same in `tfjs-node`, which has no card. */
interface NodeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

const loadPackage: TfjsNodeGpuLoader = () => {
  // A variable: the package is optional, and neither compiler nor bundler has to find it.
  const name: string = PACKAGE;
  return import(name);
};

/** TensorFlow's own kernels, where its package is installed. Camada's kernels are composed of them, channels last. */
export function tfjsNodeGpuEngine(options: EngineOptions, load: TfjsNodeGpuLoader = loadPackage): Engine {
  return { start: () => start(options, load) };
}

async function start(options: EngineOptions, load: TfjsNodeGpuLoader): Promise<EngineInfo> {
  const precision = requireSupported(options);
  const before = tf.getBackend();
  const isNew = tf.findBackendFactory(TF_BACKEND) === null;
  if (isNew) await loadOnce(load, precision);
  try {
    return await activate();
  } catch (error) {
    // The package makes itself tfjs's backend; refused, it must not stay that.
    if (isNew) tf.removeBackend(TF_BACKEND);
    if (before !== "" && before !== TF_BACKEND) await tf.setBackend(before);
    throw error;
  }
}

async function loadOnce(load: TfjsNodeGpuLoader, precision: CudaPrecision): Promise<void> {
  // TensorFlow reads these when it is loaded. It takes all of a card's memory at once and prints what it finds, unless
  // told otherwise, and rounds to TF32 where the card can.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  process.env["TF_FORCE_GPU_ALLOW_GROWTH"] ??= "true";
  if (precision === "float32") process.env["NVIDIA_TF32_OVERRIDE"] = "0";
  restoreLegacyUtil();
  try {
    await load();
  } catch (cause) {
    if (isMissing(cause)) {
      throw new CudaDriverError(`cuda: expected the package ${PACKAGE}, got none; npm install ${PACKAGE}@4.22.0`, {
        cause,
      });
    }
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new CudaDriverError(`cuda: expected ${PACKAGE} to load, got ${reason}`, { cause });
  }
  if (tf.findBackendFactory(TF_BACKEND) === null) {
    throw new CudaDriverError(
      `cuda: expected ${PACKAGE} to share tfjs-core ${tf.version_core}, got a copy of its own; install one version of tfjs`,
    );
  }
}

async function activate(): Promise<EngineInfo> {
  if (!(await tf.setBackend(TF_BACKEND)))
    throw new CudaDriverError(`cuda: expected ${PACKAGE} to start, got a refusal`);
  const backend = tf.backend() as NodeBackend;
  if (backend.isUsingGpuDevice !== true) {
    throw new CudaDriverError(
      `cuda: expected TensorFlow to find a card, got none; it wants CUDA ${CUDA_VERSION} and cuDNN 8.1 beside the driver`,
    );
  }
  const version = backend.binding?.TF_Version ?? "of unknown version";
  const precision = process.env["NVIDIA_TF32_OVERRIDE"] === "0" ? "float32" : "tf32";
  return {
    tfBackend: TF_BACKEND,
    engine: "tfjs-node-gpu",
    description: `tfjs-node-gpu; TensorFlow ${version}, CUDA ${CUDA_VERSION}; ${precision}`,
    layout: "NHWC",
    precision,
    threads: 1,
    cudaVersion: CUDA_VERSION,
  };
}

/** What was asked for, if TensorFlow can do it. */
function requireSupported({ device = 0, precision = "float32", memoryLimitBytes = 0 }: EngineOptions): CudaPrecision {
  if (device !== 0) {
    throw new RangeError(
      `cuda: expected device 0 for tfjs-node-gpu, got ${device}; CUDA_VISIBLE_DEVICES chooses its card`,
    );
  }
  if (precision !== "float32" && precision !== "tf32") {
    throw new RangeError(`cuda: expected precision float32 or tf32 for tfjs-node-gpu, got ${precision}`);
  }
  if (memoryLimitBytes !== 0) {
    throw new RangeError(`cuda: expected no memoryLimitBytes for tfjs-node-gpu, got ${memoryLimitBytes}`);
  }
  return precision;
}

/** Whether it is this package that is not there, and nothing that it needs itself. */
function isMissing(error: unknown): boolean {
  const { code, message = "" } = (error ?? {}) as { code?: string; message?: string };
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && message.includes(`'${PACKAGE}'`);
}
