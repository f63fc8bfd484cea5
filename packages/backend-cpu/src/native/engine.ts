import process from "node:process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine, EngineOptions } from "../engine.ts";
import { arithmeticCode } from "./arithmetic.ts";
import { chooseLevel, levelText, LEVEL_VARIABLE, libraryFile } from "./level.ts";
import { libraryFolder } from "./library-folder.ts";
import { NativeLibrary } from "./library.ts";
import { NativeMemory } from "./memory.ts";
import type { CpuLevel } from "./names.ts";
import { NativeBackend } from "./native-backend.ts";
import { registerKernels } from "./register.ts";

const PRIORITY = 0;
const MAX_THREADS = 256;

/** Loaded libraries, by path: several backends may share one. */
const libraries = new Map<string, NativeLibrary>();
/** Memory of each tfjs backend, by name. It outlives the backend: blocks stay for the next one. */
const memories = new Map<string, NativeMemory>();

/** Machine code for this CPU, on memory of its own. */
export function nativeEngine(options: EngineOptions): Engine {
  return {
    async start() {
      const { precision = "float32" } = options;
      const memoryLimitBytes = requireLimit(options.memoryLimitBytes ?? 0);
      const threads = requireThreads(options.threads ?? availableParallelism());
      const folder = options.libraryFolder ?? libraryFolder();
      const features = open(folder, "generic").declare("camada_cpu_features", "int32_t", [])();
      const level = chooseLevel(features, options.level ?? process.env[LEVEL_VARIABLE]);
      const arithmetic = arithmeticCode(precision, level);
      const library = open(folder, level);
      library.declare("camada_set_threads", "int32_t", ["int32_t"])(threads);
      const tfBackend = `camada-native-${level}-${precision}`;
      const memory = memories.get(tfBackend) ?? new NativeMemory(library);
      memories.set(tfBackend, memory);
      memory.capBytes = memoryLimitBytes;
      if (!tf.findBackendFactory(tfBackend)) {
        registerKernels(tfBackend);
        tf.registerBackend(tfBackend, () => new NativeBackend(library, memory, arithmetic), PRIORITY);
      }
      if (!(await tf.setBackend(tfBackend))) throw new Error("tfjs could not start the native backend");
      return {
        tfBackend,
        engine: "native",
        description: `native kernels, ${levelText(level)}; ${precision}, ${threads} ${threads === 1 ? "thread" : "threads"}`,
        layout: "NCHW",
        precision,
        threads,
        memory: memory.statistics,
      };
    },
  };
}

function open(folder: string, level: CpuLevel): NativeLibrary {
  const file = libraryFile(level);
  const path = join(folder, file);
  const library = libraries.get(path) ?? new NativeLibrary(folder, file);
  libraries.set(path, library);
  return library;
}

function requireThreads(threads: number): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS) return threads;
  throw new RangeError(`cpu: expected threads to be a whole number from 1 to ${MAX_THREADS}, got ${threads}`);
}

function requireLimit(bytes: number): number {
  if (bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new RangeError(`cpu: expected memoryLimitBytes from 0 to ${Number.MAX_SAFE_INTEGER}, got ${bytes}`);
}
