import { defaultRandom, random, setDefaultRandom } from "@camada/tensor";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  confusionMatrix,
  decodeCheckpoint,
  encodeCheckpoint,
  train,
  type Checkpoint,
  type TrainRecord,
} from "../src/index.ts";
import { smallRun } from "./small-run.ts";

const metrics = { accuracy: accuracy(), confusion: confusionMatrix(3) };
type Records = TrainRecord<typeof metrics>[];

const EPOCHS = 3;

/** Records without the figures that depend on the clock. */
function timeless(records: readonly unknown[]): unknown {
  const clock = ["durationMs", "trainDurationMs", "samplesPerSecond"];
  return JSON.parse(JSON.stringify(records, (key, value: unknown) => (clock.includes(key) ? undefined : value)));
}

/** Everything a checkpoint holds but times. */
function state(checkpoint: Checkpoint<never> | Checkpoint): unknown {
  const { history, progress, ...rest } = checkpoint as Checkpoint;
  return { ...rest, progress: { ...progress, trainDurationMs: 0 }, history: timeless(history) };
}

/** Runs from a checkpoint, or the beginning, until `isEnough`; gives what came and the state then. */
async function runUntil(isEnough: (record: TrainRecord<typeof metrics>) => boolean, resume?: Checkpoint) {
  const { dispose, ...parts } = smallRun();
  const run = train({ ...parts, metrics, epochs: EPOCHS, resume });
  const records: Records = [];
  for await (const record of run) {
    records.push(record);
    if (isEnough(record)) break;
  }
  const checkpoint = await run.snapshot();
  dispose();
  return { records, checkpoint };
}

describe("a run interrupted after any record", () => {
  it("goes on as the run that was not interrupted, bit for bit", async () => {
    const whole = await runUntil(() => false);
    // start, 3 epochs of 3 steps, evaluation and epoch, end
    expect(whole.records).toHaveLength(1 + 3 * 5 + 1);

    // Not after the start record: the net has no values to save before its first step.
    for (let cut = 2; cut <= whole.records.length; cut++) {
      let seen = 0;
      const first = await runUntil(() => ++seen === cut);
      const file = encodeCheckpoint(first.checkpoint);
      const second = await runUntil(() => false, decodeCheckpoint(file, "memory"));

      expect(second.records[0], `cut ${cut}`).toMatchObject({ type: "start", isResumed: true });
      const after = second.records.slice(1);
      // An evaluation whose epoch record was not asked for any more is made again, and an end is said again.
      const repeated = ["evaluation", "end"].includes(first.records.at(-1)!.type) ? 1 : 0;
      expect(timeless(after), `cut ${cut}`).toEqual(timeless(whole.records.slice(cut - repeated)));
      expect(state(second.checkpoint), `cut ${cut}`).toEqual(state(whole.checkpoint));
    }
  });

  it("goes on through several interruptions", async () => {
    const whole = await runUntil(() => false);
    let resume: Checkpoint | undefined;
    const steps: unknown[] = [];
    for (let i = 0; i < 9; i++) {
      const part = await runUntil((record) => record.type === "step", resume);
      steps.push(...part.records.filter((record) => record.type === "step"));
      resume = decodeCheckpoint(encodeCheckpoint(part.checkpoint), "memory");
    }
    expect(timeless(steps)).toEqual(timeless(whole.records.filter((record) => record.type === "step")));
  });
});

describe("the default random source", () => {
  it("belongs to a run that names no other", async () => {
    const before = setDefaultRandom(random.mxnet(5));
    defaultRandom().normal(7);
    const { dispose, random: _, ...parts } = smallRun();
    const run = train({ ...parts, epochs: 1 });
    for await (const record of run) if (record.type === "step") break;
    const resume = decodeCheckpoint(encodeCheckpoint(await run.snapshot()), "memory");
    const next = defaultRandom().uniform(3);

    setDefaultRandom(random.mxnet(0));
    await train({ ...parts, epochs: 1, resume }).next();
    expect(defaultRandom().uniform(3)).toEqual(next);
    setDefaultRandom(before);
    dispose();
  });
});

describe("what a resumed run depends on", () => {
  it.each([
    ["weights", (saved: Checkpoint) => ({ ...saved, net: mapValues(saved.net, addBit) })],
    ["optimizer states", (saved: Checkpoint) => ({ ...saved, trainer: withOtherMomenta(saved.trainer) })],
    ["random state", (saved: Checkpoint) => ({ ...saved, random: [{ state: 5 }] })],
    ["order", (saved: Checkpoint) => ({ ...saved, loader: { epoch: 2, batch: 1 } })],
    [
      "running sums",
      (saved: Checkpoint) => ({ ...saved, progress: { ...saved.progress, samples: saved.progress.samples + 1 } }),
    ],
  ])("%s: another value shows", async (_, change) => {
    let steps = 0;
    const { checkpoint } = await runUntil((record) => record.type === "step" && ++steps === 4);
    const same = await runUntil(() => false, checkpoint);
    const changed = await runUntil(() => false, change(checkpoint));
    expect(timeless(changed.records)).not.toEqual(timeless(same.records));
  });
});

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function addBit({ shape, data }: { shape: readonly number[]; data: Float32Array }) {
  return { shape, data: data.map((value) => value + Math.abs(value) * 2 ** -20) };
}

function withOtherMomenta(states: unknown): unknown {
  const { steps, momenta } = states as { steps: number; momenta: { shape: number[]; data: Float32Array }[] };
  return { steps, momenta: momenta.map(addBit) };
}
