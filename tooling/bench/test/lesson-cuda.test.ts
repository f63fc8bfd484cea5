import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { NoCudaError, requireCuda } from "../src/commands/lesson-cuda.ts";

describe("requireCuda", () => {
  it("is content where nothing is missing", () => {
    expect(() => requireCuda("lesson", { problems: [] })).not.toThrow();
  });

  it("names the first thing to mend, and the command that does", () => {
    const problems = [
      { kind: "no-nvrtc", details: "no NVRTC", command: "pip install nvidia-cuda-nvrtc" },
      { kind: "old-cards", details: "a card of 2012" },
    ] as const;
    expect(() => requireCuda("lesson", { problems })).toThrow(
      new NoCudaError(
        "lesson: expected an NVIDIA GPU that runs the backend cuda, got no NVRTC; pip install nvidia-cuda-nvrtc",
      ),
    );
    expect(() => requireCuda("lesson", { problems: problems.slice(1) })).toThrow(/got a card of 2012$/);
  });
});

describe("pnpm bench lesson --backend cuda", () => {
  it("says in one sentence that there is no GPU, and fails", async () => {
    const main = join(import.meta.dirname, "../src/main.ts");
    const args = ["--import", "tsx", "--conditions=@camada/source", main, "lesson", "--backend", "cuda"];
    const env = { ...process.env, CUDA_VISIBLE_DEVICES: "" };
    const failure = promisify(execFile)(process.execPath, args, { env }).catch((error: unknown) => error);
    const { code, stderr, stdout } = (await failure) as { code: number; stderr: string; stdout: string };
    expect(stderr).toMatch(/^bench: lesson: expected an NVIDIA GPU that runs the backend cuda, got [^\n]+\n$/);
    expect([code, stdout]).toEqual([1, ""]);
  });
});
