import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

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
const onEveryBackend = [
  "packages/{tensor,layers,optimizers,training}/test/**/*.test.ts",
  "apps/lesson/test/**/*.test.ts",
];

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
          include: ["packages/{conv-math,datasets}/test/**/*.test.ts", "tooling/*/test/**/*.test.ts"],
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
