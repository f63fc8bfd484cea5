import { mkdtemp, open, readdir, readFile, rm, writeFile, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CheckpointFormatError, type Checkpoint } from "../../src/index.ts";
import { CheckpointReadError, CheckpointWriteError, loadCheckpoint, saveCheckpoint } from "../../src/node.ts";

const checkpoint = (weight: number): Checkpoint => ({
  net: { w: { shape: [1], data: Float32Array.of(weight) } },
  trainer: {},
  random: [],
  loader: null,
  progress: {
    epoch: 0,
    step: 0,
    steps: 0,
    totalSteps: 0,
    isTrained: false,
    batchSize: null,
    trainDurationMs: 0,
    samples: 0,
    totals: {},
  },
  history: [],
});

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "camada-checkpoint-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

describe("saveCheckpoint and loadCheckpoint", () => {
  it("give back what was saved, and leave no other file", async () => {
    const path = join(folder, "run.ckpt");
    await saveCheckpoint(path, checkpoint(1));
    await saveCheckpoint(path, checkpoint(2));
    expect(await loadCheckpoint(path)).toStrictEqual(checkpoint(2));
    expect(await readdir(folder)).toEqual(["run.ckpt"]);
  });

  it.each([
    ["ENOSPC", "a full disk"],
    ["EROFS", "a read-only disk"],
  ])("keep the old file when writing fails with %s", async (code, reason) => {
    const path = join(folder, "run.ckpt");
    await saveCheckpoint(path, checkpoint(1));
    const before = await readFile(path);
    // Test files share their modules, so not the module is replaced but what all open files have in common.
    const anyFile = await open(path);
    await anyFile.close();
    const files = Object.getPrototypeOf(anyFile) as FileHandle;
    vi.spyOn(files, "writeFile").mockImplementationOnce(async function (this: FileHandle, data) {
      await this.write((data as Uint8Array).subarray(0, 10)); // a part of the bytes finds room
      throw Object.assign(new Error(`${code}: write`), { code });
    });
    const failure = await saveCheckpoint(path, checkpoint(2)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CheckpointWriteError);
    expect(failure).toMatchObject({ path, expected: `to write 0.0 MiB to ${path}`, got: reason, cause: { code } });
    expect((failure as Error).message).toBe(
      `saveCheckpoint: expected to write 0.0 MiB to ${path}, got ${reason}; nothing was changed`,
    );
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(folder)).toEqual(["run.ckpt"]);
  });

  it("say in one sentence that a file stands where a folder is needed", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const got = "got a file where a folder is needed";
    await expect(saveCheckpoint(join(file, "run.ckpt"), checkpoint(1))).rejects.toThrow(`${got}; nothing was changed`);
    await expect(loadCheckpoint(join(file, "run.ckpt"))).rejects.toThrow(got);
    const unmade = new CheckpointWriteError(file, 0, Object.assign(new Error("mkdir"), { code: "EEXIST" }));
    expect(unmade.message).toBe(`saveCheckpoint: expected to write to ${file}, ${got}; nothing was changed`);
  });

  it("say in one sentence that there is no such folder or file", async () => {
    const path = join(folder, "missing", "run.ckpt");
    const unsaved = saveCheckpoint(path, checkpoint(1));
    await expect(unsaved).rejects.toThrow(CheckpointWriteError);
    await expect(unsaved).rejects.toThrow("got no such file or folder; nothing was changed");
    const unread = loadCheckpoint(path);
    await expect(unread).rejects.toThrow(CheckpointReadError);
    await expect(unread).rejects.toMatchObject({ path, got: "no such file or folder", cause: { code: "ENOENT" } });
    await expect(unread).rejects.toThrow(
      `loadCheckpoint: expected a checkpoint file at ${path}, got no such file or folder`,
    );
  });

  it("refuse a damaged file by its name", async () => {
    const path = join(folder, "run.ckpt");
    await writeFile(path, "something else");
    const loading = loadCheckpoint(path);
    await expect(loading).rejects.toThrow(CheckpointFormatError);
    await expect(loading).rejects.toMatchObject({ source: path });
  });
});
