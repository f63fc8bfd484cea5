import { defineConfig } from "vitest/config";

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
          include: [...onEveryBackend, "packages/backend-cpu/test/**/*.test.ts"],
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
      {
        resolve,
        ssr,
        test: {
          ...shared,
          name: "cpu-native",
          include: onEveryBackend,
          setupFiles: ["tooling/vitest/src/cpu-native.ts"],
        },
      },
    ],
  },
});
