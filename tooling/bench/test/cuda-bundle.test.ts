import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchCudaBundle } from "../src/cuda-bundle/build.ts";
import { tunedLines } from "../src/cuda-bundle/show-tuning.ts";
import { UsageError } from "../src/usage.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "camada-cuda-"));
  await benchCudaBundle(["--out", folder]);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the bundle with Node alone, where no card may be seen. */
async function run(...args: string[]) {
  const env = { PATH: "", HOME: folder, CUDA_VISIBLE_DEVICES: "" };
  const program = promisify(execFile)(process.execPath, [join(folder, "camada-cuda.mjs"), ...args], { cwd: "/", env });
  const {
    code = 0,
    stdout,
    stderr,
  } = (await program.catch((error: unknown) => error)) as {
    code?: number;
    stdout: string;
    stderr: string;
  };
  return { code, stdout, stderr };
}

describe("the bundle for a GPU machine", () => {
  it.each([[[]], [["tests", "--cases", "3"]], [["lesson"]], [["memory"]]])(
    "says in one sentence that there is no GPU, and fails: %j",
    async (args) => {
      const { code, stdout, stderr } = await run(...args);
      expect(stderr).toMatch(/^camada-cuda: expected an NVIDIA GPU that runs the backend cuda, got [^\n]+\n$/);
      expect([code, stdout]).toEqual([1, ""]);
    },
  );

  it("says what it does", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^node camada-cuda\.mjs/);
  });

  it.each([
    [["everything"], "expected doctor, tests, tfjs, cells, training, lesson, ops, tune, memory, got everything"],
    [["tests", "--cases", "0"], "expected a count, got 0"],
    [["tests", "--shard", "2"], "expected --shard as 1/4, got 2"],
    [["--bogus"], "Unknown option '--bogus'"],
  ])("refuses %j", async (args, sentence) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toContain(`camada-cuda: ${sentence}`);
    expect(code).toBe(2);
  });

  it("shows what was tuned in microseconds, and which way was wrong", () => {
    const ways = [{ name: "tiles", ms: 0.01234 }, { name: "{}" }];
    expect(tunedLines({ name: "product", ways })).toEqual(["product", "  12.3  tiles", "  wrong  {}"]);
  });

  it("takes no other option when it is built", async () => {
    await expect(benchCudaBundle(["--into", folder])).rejects.toThrow(UsageError);
  });
});
