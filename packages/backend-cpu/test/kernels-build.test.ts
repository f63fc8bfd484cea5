import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { compileKernels, generatedSource } from "../scripts/compile-kernels.ts";

describe("src/kernels.generated.ts", () => {
  it("is what assembly/ compiles to, byte for byte", { timeout: 120_000 }, async () => {
    const committed = await readFile(new URL("../src/kernels.generated.ts", import.meta.url), "utf8");
    const rebuilt = generatedSource(await compileKernels());
    expect(rebuilt === committed, "run `pnpm --filter @camada/backend-cpu kernels` and commit the result").toBe(true);
  });
});
