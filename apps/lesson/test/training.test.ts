import { random } from "@camada/tensor";
import { CheckpointFormatError, decodeCheckpoint, encodeCheckpoint, type EpochRecord } from "@camada/training";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import type { CellEvent } from "../src/cell.ts";
import { recordedEpochs } from "../src/recorded/training.ts";
import { epochLine } from "../src/training/epoch-line.ts";
import { lessonNet } from "../src/training/lesson-net.ts";
import { type LessonCheckpoint, prepareTraining, settingOf } from "../src/training/lesson-training.ts";
import { duration } from "../src/training/notices.ts";
import { measureSteps, runTraining, type TrainingOutcome } from "../src/training/run-training.ts";
import { lessonSettingFor, presets, trainCommandFor, type TrainingSetting } from "../src/training/setting.ts";
import { median, planOf, runDurationMs } from "../src/training/training-plan.ts";
import { fewPictures, leakedTensors, smallNet } from "./stand-in.ts";

const setting: TrainingSetting = { ...presets.K8.full, epochs: 2, batchSize: 16, learningRate: 0.05 };

interface Finished extends TrainingOutcome {
  readonly events: readonly CellEvent[];
  readonly checkpoints: readonly LessonCheckpoint[];
}

/** Trains the stand-in, and stops after some steps. */
async function trained(
  changes: Partial<TrainingSetting> = {},
  { stopAfter = Infinity, resume }: { stopAfter?: number; resume?: LessonCheckpoint } = {},
): Promise<Finished> {
  const controller = new AbortController();
  const data = await fewPictures(40, 20);
  const training = prepareTraining({ ...setting, ...changes }, data, {
    signal: controller.signal,
    makeNet: smallNet,
    resume,
  });
  const events: CellEvent[] = [];
  try {
    const run = runTraining(training, planOf(training, "test", []));
    for (;;) {
      const next = await run.next();
      if (next.done === true) {
        const checkpoints = records(events).flatMap((record) =>
          record.type === "checkpoint" ? [record.checkpoint as LessonCheckpoint] : [],
        );
        return { ...next.value, events, checkpoints };
      }
      events.push(next.value);
      if (records(events).filter(({ type }) => type === "step").length >= stopAfter) controller.abort();
    }
  } finally {
    await training.dispose();
  }
}

function records(events: readonly CellEvent[]) {
  return events.flatMap((event) => (event.type === "training" ? [event.record] : []));
}

/** What is left of a history when times are taken out. */
function figures(history: readonly EpochRecord[]) {
  return history.map(({ epoch, train, test }) => ({ epoch, train, test }));
}

describe("the recorded epochs", () => {
  it("are three of K3, the last cut off, and ten of K8", () => {
    expect(recordedEpochs.K3.map(({ testAccuracy }) => testAccuracy)).toEqual([0.936, 0.958, undefined]);
    expect(recordedEpochs.K8.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(Math.max(...recordedEpochs.K8.map(({ testAccuracy }) => testAccuracy!))).toBe(0.754);
  });

  it.each([...recordedEpochs.K3.slice(0, 2), ...recordedEpochs.K8])("are printed as the notebook did: $line", (one) => {
    const { epoch, trainLoss, trainAccuracy, testLoss, testAccuracy, line } = one;
    const seconds = Number(/time ([\d.]+) sec/.exec(line)![1]);
    const record = {
      epoch,
      train: { loss: trainLoss, accuracy: trainAccuracy },
      test: { loss: testLoss, accuracy: testAccuracy },
      durationMs: 1000 * seconds,
    } as EpochRecord;
    expect(epochLine(record)).toBe(line);
  });
});

describe("the lesson's network", () => {
  // Sums of MXNet's initial weights in a fresh process, Normal(0.01), in float64 over float32 values.
  const sums = {
    "0.weight": -0.0952602822,
    "1.weight": 0.780773584,
    "2.weight": 4.78520185,
    "4.weight": 14.1336099,
    "5.weight": -0.24237141,
  };

  it("has MXNet's initial weights, whatever was drawn before", async () => {
    random.mxnet(0).normal(100);
    const net = lessonNet();
    tf.dispose(net.forward(tf.zeros([1, 1, 32, 32])));
    const state = net.state();
    net.dispose();
    for (const [name, sum] of Object.entries(sums)) {
      const total = state[name]!.data.reduce((whole, value) => whole + value, 0);
      expect(Math.abs(total - sum)).toBeLessThan(1e-6);
    }
  });
});

describe("a training", () => {
  it("reports steps, evaluations, epochs and checkpoints that know their setting", async () => {
    const { events, end, checkpoints, curve } = await trained();
    const epoch = ["step", "step", "step", "evaluation", "epoch", "checkpoint"];
    expect(records(events).map(({ type }) => type)).toEqual(["start", ...epoch, ...epoch, "end"]);
    expect(end.reason).toBe("completed");
    expect(checkpoints.map((checkpoint) => settingOf(checkpoint, "test"))).toEqual([setting, setting]);
    expect(curve.points().map(([x]) => x)).toEqual([1 / 3, 2 / 3, 1, 1 + 1 / 3, 1 + 2 / 3, 2]);
  });

  it("divides the short last batch by the whole batch size", async () => {
    const { events } = await trained();
    expect(records(events)[0]).toMatchObject({ type: "start", batchSize: 16 });
  });

  it("depends on the seed alone", async () => {
    const [one, same, other] = [await trained(), await trained(), await trained({ seed: 5 })];
    expect(figures(same.end.history)).toEqual(figures(one.end.history));
    expect(figures(other.end.history)).not.toEqual(figures(one.end.history));
  });

  it.each([1, 2, 4])("stopped after %d steps and resumed from bytes goes on bit for bit", async (stopAfter) => {
    const whole = await trained();
    const part = await trained({}, { stopAfter });
    expect(part.end.reason).toBe("aborted");
    const { epoch, step } = part.checkpoints.at(-1)!.progress;
    expect(records(part.events).at(-2)).toMatchObject({ type: "checkpoint", epoch, step });
    const bytes = encodeCheckpoint(part.checkpoints.at(-1)!);
    const resume = decodeCheckpoint(bytes, "test") as LessonCheckpoint;
    const rest = await trained({}, { resume });
    expect(figures(rest.end.history)).toEqual(figures(whole.end.history));
    expect(rest.checkpoints.at(-1)!.net).toEqual(whole.checkpoints.at(-1)!.net);
    expect(rest.checkpoints.at(-1)!.trainer).toEqual(whole.checkpoints.at(-1)!.trainer);
  });

  it("that diverges keeps the state before, all finite", async () => {
    const { end, checkpoints } = await trained({ learningRate: 1e38, momentum: 0 });
    expect(end.reason).toBe("diverged");
    expect(end.error!.learningRate).toBe(1e38);
    expect(checkpoints).toHaveLength(1);
  });

  it("leaves no tensor behind", async () => {
    await trained();
    expect(await leakedTensors(() => trained())).toBe(0);
  });

  it("can be timed and then go on", async () => {
    const data = await fewPictures(200, 20);
    const signal = new AbortController().signal;
    const training = prepareTraining({ ...setting, epochs: 1 }, data, { signal, makeNet: smallNet });
    const timing = measureSteps(training);
    let next = await timing.next();
    while (next.done !== true) next = await timing.next();
    expect(next.value.records.filter(({ type }) => type === "step")).toHaveLength(6);
    expect(next.value.stepMs).toBeGreaterThan(0);
    const run = runTraining(training, planOf(training, "test", []), next.value.records);
    let steps = 0;
    for await (const event of run) if (event.type === "training" && event.record.type === "step") steps++;
    await training.dispose();
    expect(steps).toBe(13);
  });
});

describe("the time of a step", () => {
  it("is that of a record by the steps that it tells of", async () => {
    const record = (totalSteps: number, durationMs: number) => ({ type: "step", totalSteps, durationMs });
    async function* records() {
      yield* [{ type: "start" }, record(50, 900), record(100, 100), record(150, 150), record(169, 38)];
    }
    const timing = measureSteps({ run: records() } as never);
    let next = await timing.next();
    while (next.done !== true) next = await timing.next();
    expect(next.value.stepMs).toBe(2);
  });
});

describe("a plan", () => {
  it("multiplies steps by their time, a test batch counting as a third", async () => {
    const data = await fewPictures(40, 20);
    const signal = new AbortController().signal;
    const training = prepareTraining(setting, data, { signal, makeNet: smallNet });
    const plan = planOf(training, "test", []);
    await training.dispose();
    expect([plan.steps, plan.testBatches]).toEqual([3, 2]);
    expect(runDurationMs(plan, 1000)).toBeCloseTo(2 * (3 + 0.7) * 1000);
  });

  it("takes the median", () => {
    expect(median([5, 1, 100])).toBe(5);
    expect(median([1, 3])).toBe(2);
  });

  it("says times in seconds, minutes and hours", () => {
    const english = [1400, 119_000, 150_000, 3 * 3_600_000].map((ms) => duration(ms).en);
    expect(english).toEqual(["1 s", "119 s", "3 min", "3.0 h"]);
    expect(duration(9e6)["pt-BR"]).toBe("2,5 h");
  });
});

describe("a setting", () => {
  it("reads as a command", () => {
    expect(trainCommandFor(presets.K8.full)).toBe("camada train --dataset fashion-mnist");
    expect(trainCommandFor({ ...presets.K3.quick, seed: 4 })).toBe(
      "camada train --dataset mnist --epochs 2 --batch-size 16 --seed 4 --limit 3200 --test-limit 1000",
    );
  });

  it("is the lesson's own for a dataset", () => {
    expect(lessonSettingFor("mnist").momentum).toBe(0);
    expect(lessonSettingFor("fashion-mnist").momentum).toBe(0.9);
  });

  it("is missed in a checkpoint of another program", async () => {
    const { checkpoints } = await trained({ epochs: 1 });
    const { setting: _, ...foreign } = checkpoints[0]!;
    expect(() => settingOf(foreign, "a.checkpoint")).toThrow(CheckpointFormatError);
  });
});
