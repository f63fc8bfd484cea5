import { defineConfig } from "vitest/config";
const conditions = ["@camada/source", "module", "node", "import", "default"];
export default defineConfig({ resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: ["@camada/source", "node", "import"] } },
 test: { isolate: false, pool: "threads", include: ["packages/backend-cpu/test/native/**/*.test.ts"], setupFiles: ["tooling/vitest/src/cpu.ts"], testTimeout: 120000 } });
