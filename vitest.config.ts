import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { browserProject } from "./tooling/vitest/src/browser-project.ts";
import { vulkanEnvironment } from "./tooling/vitest/src/vulkan.ts";

/** Packages are tested from their sources: no build stands between an edit and its test. */
const conditions = ["@camada/source", "module", "node", "import", "default"];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: ["@camada/source", "node", "import"] } };

const shared = {
  // Files of one worker share their modules: loading tfjs and an engine afresh for each file takes longer than the tests.
  isolate: false,
  pool: "threads",
  // A test that hangs must end some time; how long one takes on a busy machine says nothing.
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

/** Suites that run once per backend, unchanged. */
const onEveryBackend = ["packages/{tensor,layers,optimizers,training}/test/**/*.test.ts", "apps/lesson/test/*.test.ts"];

/** Suites that run once per backend of a browser, in one. */
const inEveryBrowser = ["packages/{tensor,layers,optimizers,training}/test/**/*.test.ts"];

/** Of these, the ones that an instruction level could break: what is left computes little or starts programs. */
const onEveryLevel = [
  "packages/{tensor,layers,optimizers}/test/**/*.test.ts",
  "apps/lesson/test/{cells,training-cells}.test.ts",
];

/** Of a precision that the levels below the best one lack. */
const ofBestLevelAlone = ["packages/backend-cpu/test/native/bf16.test.ts"];

/** Suites about the engine `native` itself. */
const nativeAlone = ["packages/backend-cpu/test/native/**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "pure",
          include: [
            "packages/{conv-math,datasets}/test/**/*.test.ts",
            "packages/backend-cuda/test/host/**/*.test.ts",
            "apps/lesson/test/pure/**/*.test.ts",
            "tooling/*/test/**/*.test.ts",
          ],
        },
      },
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "cpu",
          include: [...onEveryBackend, "packages/backend-cpu/test/*.test.ts"],
          setupFiles: ["tooling/vitest/src/cpu.ts"],
        },
      },
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "cpu-js",
          include: onEveryBackend,
          setupFiles: ["tooling/vitest/src/cpu-js.ts"],
        },
      },
      native("cpu-native", [...onEveryBackend, ...nativeAlone]),
      // Levels below this machine's best; `pnpm test` leaves out those that it lacks.
      native("cpu-native-avx2", [...onEveryLevel, ...nativeAlone], "avx2"),
      native("cpu-native-generic", [...onEveryLevel, ...nativeAlone], "generic"),
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "cuda",
          include: [...onEveryBackend, "packages/backend-cuda/test/device/**/*.test.ts"],
          setupFiles: ["tooling/vitest/src/cuda.ts"],
        },
      },
      // WebGPU outside a browser. What reads tensors at once cannot run there: only a browser has that way.
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "webgpu-node",
          // A thread's environment is not that of the process, in which drivers look.
          pool: "forks",
          include: [
            "packages/backend-webgpu/test/*.test.ts",
            "packages/backend-webgpu/test/node/*.test.ts",
            "packages/layers/test/lesson-gradients.test.ts",
          ],
          setupFiles: ["tooling/vitest/src/webgpu.ts"],
          env: vulkanEnvironment(),
        },
      },
      // The lesson's page in a real browser.
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "web",
          include: ["apps/lesson/test/web/**/*.test.ts"],
          globalSetup: ["apps/lesson/test/web/build-site.ts"],
        },
      },
      // Training in a real browser, on a site of its own that shows what the worker says.
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "web-training",
          include: ["apps/lesson/test/web-training/**/*.test.ts"],
          globalSetup: ["apps/lesson/test/web-training/global-setup.ts"],
          // Browsers that train side by side would only wait for each other: one after the other, after all else.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          // vitest waits a second, in which a machine with other work may not have drawn the page.
          expect: { poll: { timeout: 30_000 } },
        },
      },
      browserProject("webgl", [...inEveryBrowser, "packages/backend-webgl/test/**/*.test.ts"]),
      browserProject("webgpu", [
        ...inEveryBrowser,
        "packages/backend-webgpu/test/*.test.ts",
        "packages/backend-webgpu/test/browser/*.test.ts",
      ]),
      // Every kernel for every generation of cards; needs NVIDIA's compiler, and no card.
      {
        resolve,
        ssr,
        test: { ...shared, name: "cuda-nvrtc", include: ["packages/backend-cuda/test/nvrtc/**/*.test.ts"] },
      },
      // The same kernels and the same host side, on a device that the CPU simulates.
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "cuda-simulated",
          include: [
            ...onEveryLevel,
            "apps/lesson/test/compiled-training.test.ts",
            "packages/backend-cuda/test/{device,simulated}/**/*.test.ts",
            "tooling/bench/test-cuda/*.test.ts",
          ],
          // Three hundred million products are too many for a card that the CPU simulates.
          exclude: ["packages/layers/test/lesson-gradients.test.ts"],
          setupFiles: ["packages/backend-cuda/test/simulated/setup.ts"],
        },
      },
    ],
  },
});

/** A project on the engine `native`, at a level or, without one, at that of `CAMADA_CPU_LEVEL`, else the CPU's best. */
function native(name: string, include: readonly string[], level?: string): TestProjectInlineConfiguration {
  const env = level === undefined ? {} : { CAMADA_CPU_LEVEL: level };
  const setupFiles = ["tooling/vitest/src/cpu-native.ts"];
  const exclude = level === undefined ? [] : ofBestLevelAlone;
  return { resolve, ssr, test: { ...shared, name, include: [...include], exclude, env, setupFiles } };
}
