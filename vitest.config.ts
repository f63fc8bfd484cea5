import { defineConfig } from "vitest/config";

/** Packages are tested from their sources: no build stands between an edit and its test. */
const conditions = ["@camada/source", "module", "node", "import", "default"];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: ["@camada/source", "node", "import"] } };

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
          name: "pure",
          include: ["packages/{conv-math,datasets}/test/**/*.test.ts", "tooling/*/test/**/*.test.ts"],
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "cpu",
          include: [...onEveryBackend, "packages/backend-cpu/test/**/*.test.ts"],
          setupFiles: ["tooling/vitest/src/cpu.ts"],
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "cpu-js",
          include: onEveryBackend,
          setupFiles: ["tooling/vitest/src/cpu-js.ts"],
        },
      },
    ],
  },
});
