import { playwright } from "@vitest/browser-playwright";
import type { TestProjectInlineConfiguration } from "vitest/config";
import { findChromium } from "./chromium.ts";
import { chromiumFlags, REFUSED_FLAGS, type SoftwareGpu } from "./chromium-flags.ts";
import { needingNode } from "./needing-node.ts";

const conditions = ["@camada/source", "module", "browser", "import", "default"];

/**
 * A vitest project whose files run in the system's Chromium on one backend.
 * @param gpu name of the backend, the project and the setup file
 * @param include suites, without those of {@link needingNode}
 */
export function browserProject(gpu: SoftwareGpu, include: readonly string[]): TestProjectInlineConfiguration {
  return {
    resolve: { conditions },
    test: {
      name: gpu,
      include: [...include],
      exclude: Object.keys(needingNode),
      setupFiles: [`tooling/vitest/src/${gpu}.ts`],
      // One page for all: loading tfjs and compiling its shaders afresh for each file takes longer than the tests.
      isolate: false,
      fileParallelism: false,
      // After all else, and after each other: a GPU that the CPU plays takes all of it.
      sequence: { groupOrder: gpu === "webgl" ? 2 : 3 },
      testTimeout: 120_000,
      hookTimeout: 120_000,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: {
            // Without a browser the project is left out; vitest reads this all the same.
            executablePath: findChromium() ?? "chromium",
            args: chromiumFlags(gpu),
            ignoreDefaultArgs: REFUSED_FLAGS,
          },
        }),
        instances: [{ browser: "chromium" }],
      },
    },
  };
}
