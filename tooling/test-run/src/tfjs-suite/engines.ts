import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { SoftwareGpu } from "@camada/vitest-setup/chromium-flags";

/** Engines that the suite judges in a browser, in every run of all tests. */
export const BROWSER_ENGINES = ["webgl", "webgpu"] as const;

/** An engine of ours that tfjs-core's suite can judge. `cuda-simulated` is `cuda` on a device that the CPU simulates. */
export const SUITE_ENGINES = ["native", "wasm", "js", "cuda", "cuda-simulated", ...BROWSER_ENGINES] as const;
export type SuiteEngine = (typeof SUITE_ENGINES)[number];

/** What the suite needs to know of an engine. */
export interface SuiteEngineParts {
  /** A module with a function `activate`, which makes the engine tfjs's backend and gives the backend's name. */
  readonly activation: string;
  /** What the function is called with. */
  readonly args: readonly string[];
  /** The file that lists, by engine, the specs that are known to fail. */
  readonly gaps: string;
  /** Where the suite runs in Chromium: what offers the GPU there, and how the specs run. */
  readonly browser?: { readonly gpu: SoftwareGpu; readonly suite: SuiteRun };
}

/** How the specs run. */
export interface SuiteRun {
  /** tfjs's flags while the specs run; they are part of the specs' names. */
  readonly flags?: Readonly<Record<string, number | boolean>>;
  /** Whether tensors can be read at once. */
  readonly isDataSync: boolean;
}

const require = createRequire(import.meta.url);

/** @param level instruction level of engine `native`; default: the best. */
export function suiteEngine(engine: SuiteEngine, level?: string): SuiteEngineParts {
  const cuda = folderOf("@camada/backend-cuda");
  const gaps = join(cuda, "test/tfjs-gaps.json");
  switch (engine) {
    case "cuda":
      return { activation: here("./activate-cuda.ts"), args: [join(cuda, "kernels")], gaps };
    case "cuda-simulated":
      return { activation: join(cuda, "test/simulated/activate.ts"), args: [cuda], gaps };
    case "webgl": {
      // Small tensors would be computed on the CPU, or travel in the shaders, and the GPU would go unjudged.
      const flags = { WEBGL_VERSION: 2, WEBGL_CPU_FORWARD: false, WEBGL_SIZE_UPLOAD_UNIFORM: 0 };
      return {
        activation: here("./activate-webgl.ts"),
        args: [],
        gaps: join(folderOf("@camada/backend-webgl"), "test/tfjs-gaps.json"),
        browser: { gpu: "webgl", suite: { flags, isDataSync: true } },
      };
    }
    case "webgpu":
      return {
        activation: here("./activate-webgpu.ts"),
        args: [],
        gaps: join(folderOf("@camada/backend-webgpu"), "test/tfjs-gaps.json"),
        // Small tensors would be computed on the CPU, and the GPU would go unjudged.
        browser: { gpu: "webgpu", suite: { flags: { WEBGPU_CPU_FORWARD: false }, isDataSync: true } },
      };
    default: {
      const cpu = folderOf("@camada/backend-cpu");
      // In a bundle neither tfjs finds its WebAssembly by itself, nor our native engine its libraries.
      const tfjs = createRequire(join(cpu, "package.json")).resolve("@tensorflow/tfjs-backend-wasm/package.json");
      const wasmFile = join(dirname(tfjs), "dist/tfjs-backend-wasm-simd.wasm");
      const libraries = join(cpu, `native/build/${process.platform}-${process.arch}`);
      const args = [engine, wasmFile, libraries, ...(level === undefined ? [] : [level])];
      return { activation: here("./activate-cpu.ts"), args, gaps: join(cpu, "test/tfjs-gaps.json") };
    }
  }
}

function folderOf(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
