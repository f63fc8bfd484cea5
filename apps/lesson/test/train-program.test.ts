import { activeBackend } from "@camada/tensor";
import type { EpochRecord, TrainRecord } from "@camada/training";
import { loadCheckpoint } from "@camada/training/node";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CheckpointFile } from "../src/cli/checkpoint-file.ts";
import { Screen } from "../src/cli/screen.ts";
import { camada, onEngine } from "./terminal.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
// The lesson's network on a few real pictures: three steps an epoch.
const SETTING = "--limit 40 --test-limit 8 --batch-size 16 --epochs 2 --seed 3".split(" ");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "camada-train-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly records: readonly TrainRecord[];
  readonly stderr: string;
}

/** Runs `camada train` in a process of its own, and does something to it at the first record that fits. */
async function train(
  argv: readonly string[],
  act?: { at: (record: TrainRecord) => boolean; do: (child: ChildProcess) => void },
): Promise<Ended> {
  const flags = ["--conditions=@camada/source", "--import", import.meta.resolve("tsx"), MAIN, "train"];
  const env = { ...process.env, INIT_CWD: folder, LANG: "en_US.UTF-8" };
  const options = ["--jsonl", "--engine", "wasm", ...argv];
  const child = spawn(process.execPath, [...flags, ...options], { cwd: folder, env });
  const records: TrainRecord[] = [];
  let [stderr, rest, isDone] = ["", "", false];
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  child.stdout.on("data", (text: Buffer) => {
    const lines = (rest + text.toString()).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const record = JSON.parse(line) as TrainRecord;
      records.push(record);
      if (isDone || act?.at(record) !== true) continue;
      isDone = true;
      act.do(child);
    }
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, records, stderr };
}

/** Everything of a checkpoint but its times. */
async function stateIn(file: string) {
  const { history, progress, ...rest } = await loadCheckpoint(join(folder, file));
  const { trainDurationMs: _, ...counts } = progress;
  const figures = history.map(({ epoch, train: fit, test }: EpochRecord) => ({ epoch, fit, test }));
  return { ...rest, counts, figures };
}

// Processes of their own choose their own engine: once is enough.
if (activeBackend()?.info.engine === "wasm") {
  describe("camada train in a process of its own", () => {
    let whole: Ended;
    beforeAll(async () => {
      whole = await train(["--dataset", "mnist", ...SETTING, "--checkpoint", "whole.checkpoint"]);
    }, 120_000);

    it("trains, and keeps its state after each epoch", async () => {
      expect(whole).toMatchObject({ code: 0, signal: null });
      expect(whole.records.filter(({ type }) => type === "epoch")).toHaveLength(2);
      expect(whole.records.find(({ type }) => type === "checkpoint")).not.toHaveProperty("checkpoint");
      expect((await stateIn("whole.checkpoint")).figures).toHaveLength(2);
    });

    it("killed on the way and resumed gives the whole run, bit for bit", async () => {
      const file = "killed.checkpoint";
      const at = (record: TrainRecord): boolean => record.type === "step" && record.epoch === 2 && record.step === 2;
      const killed = await train(["--dataset", "mnist", ...SETTING, "--checkpoint", file], {
        at,
        do: (child) => child.kill("SIGKILL"),
      });
      expect(killed.signal).toBe("SIGKILL");
      expect((await stateIn(file)).figures).toHaveLength(1);
      const resumed = await train(["--resume", file]);
      expect(resumed.code).toBe(0);
      expect(await stateIn(file)).toEqual(await stateIn("whole.checkpoint"));
    }, 120_000);

    it("stops at Ctrl-C after its step, says how to go on, and gives the whole run then", async () => {
      const file = "stopped.checkpoint";
      const at = (record: TrainRecord): boolean => record.type === "step" && record.epoch === 1 && record.step === 1;
      const stopped = await train(["--dataset", "mnist", ...SETTING, "--checkpoint", file], {
        at,
        do: (child) => child.kill("SIGINT"),
      });
      expect(stopped).toMatchObject({ code: 1, signal: null });
      expect(stopped.records.at(-1)).toMatchObject({ type: "end", reason: "aborted" });
      expect(stopped.stderr).toMatch(/^The state after step [12] of epoch 1 is kept/m);
      expect(stopped.stderr).toContain(`camada train --resume ${file}`);
      const resumed = await train(["--resume", file]);
      expect(resumed.code).toBe(0);
      expect(await stateIn(file)).toEqual(await stateIn("whole.checkpoint"));
    }, 120_000);

    it("quits at once at the second Ctrl-C", async () => {
      const file = "quit.checkpoint";
      const at = (record: TrainRecord): boolean => record.type === "step";
      const quit = await train(["--dataset", "mnist", ...SETTING, "--checkpoint", file], {
        at,
        do(child) {
          child.kill("SIGINT");
          setTimeout(() => child.kill("SIGINT"), 20);
        },
      });
      // Both may arrive at once; the run never goes on to its end.
      expect(quit.records.filter(({ type }) => type === "epoch")).toHaveLength(0);
      expect(quit.code === 1 || quit.signal === "SIGINT").toBe(true);
    }, 120_000);

    it("does not overwrite the state of another run", async () => {
      const { code, stderr } = await train(["--dataset", "mnist", ...SETTING, "--checkpoint", "whole.checkpoint"]);
      expect(code).toBe(2);
      expect(stderr).toBe(
        "camada: train: expected no file at whole.checkpoint, got one; go on with --resume whole.checkpoint, or choose another --checkpoint\n",
      );
    }, 120_000);
  });
}

describe("camada train with files that are not there", () => {
  it.each([
    ["--resume none.checkpoint", /none\.checkpoint, got no such file or folder\n$/],
    ["--resume text.checkpoint", /text\.checkpoint: expected a checkpoint beginning with/],
  ])("says so of %s in one sentence", async (options, sentence) => {
    await writeFile(join(folder, "text.checkpoint"), "something else, long enough to be read");
    const { code, stderr } = await camada(["train", ...options.split(" "), ...onEngine()], { directory: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("a checkpoint's file", () => {
  const record = { type: "checkpoint", epoch: 1, step: 0, isBest: true, checkpoint: { history: [] } };
  const event = { type: "training", record, plan: {} } as never;
  const [step, end] = ["step", "end"].map((type) => ({ type: "training", record: { type }, plan: {} }) as never) as [
    never,
    never,
  ];

  function terminal() {
    let stderr = "";
    const sink = { write: (text: string) => (stderr += text) };
    const signal = new AbortController().signal;
    const surroundings = { stdout: sink, stderr: sink, env: {}, directory: folder, signal, now: () => 0 };
    return { screen: new Screen(surroundings, "en", true), complaints: () => stderr };
  }

  it("makes its folder", async () => {
    const { screen, complaints } = terminal();
    const file = new CheckpointFile(join(folder, "a/b/c.checkpoint"), screen, folder);
    expect(await file.exists()).toBe(false);
    const told: string[] = [];
    await file.keep(event, () => void told.push("checkpoint"));
    await file.keep(step, () => void told.push("step"));
    // The training is not kept waiting, but who watches it is.
    expect([told, file.isWritten]).toEqual([[], false]);
    await file.settled();
    expect(told).toEqual(["checkpoint", "step"]);
    expect([await file.exists(), file.isWritten, file.hasFailed]).toEqual([true, true, false]);
    await file.keep(event, () => void told.push("another"));
    await file.keep(end, () => void told.push("end"));
    expect(told.slice(2)).toEqual(["another", "end"]);
    expect(file.shownPath).toBe("a/b/c.checkpoint");
    file.sayHowToResume("camada train");
    expect(complaints()).toBe("The state after epoch 1 is kept. To go on:\n  camada train --resume a/b/c.checkpoint\n");
  });

  it("that cannot be written is one sentence, and the file before stays", async () => {
    const { screen, complaints } = terminal();
    const path = join(folder, "blocked.checkpoint");
    await writeFile(path, "before");
    // A folder in the place of the file that is written first.
    await mkdir(`${path}.partial`);
    const file = new CheckpointFile(path, screen, folder);
    await file.keep(event, () => {});
    await file.keep(step, () => {});
    await file.settled();
    expect([file.isWritten, file.hasFailed]).toEqual([false, true]);
    expect(complaints()).toMatch(/^camada: saveCheckpoint: expected to write .* got a folder; nothing was changed\n$/);
    expect(await readFile(path, "utf8")).toBe("before");
    await expect(access(path)).resolves.toBeUndefined();
  });

  it("keeps nothing of other records", async () => {
    const file = new CheckpointFile(join(folder, "never.checkpoint"), terminal().screen, folder);
    await file.keep(end, () => {});
    expect(await file.exists()).toBe(false);
  });
});
