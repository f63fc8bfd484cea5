import type { EpochRecord } from "@camada/training";
import { describe, expect, it } from "vitest";
import { bandOf, type EpochFigures, ownRuns, rangesOf } from "../src/recorded/bands.ts";
import { gentleRuns, referenceRuns } from "../src/recorded/reference-runs.ts";
import { recordedEpochs } from "../src/recorded/training.ts";
import { presets, type TrainingCellId } from "../src/training/setting.ts";
import { expectationFor, trainingVerdict } from "../src/training/training-verdict.ts";

function epoch(number: number, figures: EpochFigures): EpochRecord {
  const { trainLoss, trainAccuracy, testLoss, testAccuracy } = figures;
  return {
    type: "epoch",
    epoch: number,
    train: { loss: trainLoss, accuracy: trainAccuracy, samples: 60_000 },
    test: { loss: testLoss, accuracy: testAccuracy, samples: 10_000 },
    learningRate: 0.1,
    durationMs: 1000,
    trainDurationMs: 900,
    isBest: true,
  };
}

const goodK3 = { trainLoss: 1.2738, trainAccuracy: 0.538, testLoss: 0.2374, testAccuracy: 0.932 };

function verdict(id: TrainingCellId, history: readonly EpochRecord[], changes: object = {}, isSubset = false) {
  return trainingVerdict(id, { ...presets[id].full, ...changes }, { reason: "completed", history }, isSubset);
}

describe("bands", () => {
  it("are ranges, wider by six n-ths of their width, rounded outwards", () => {
    expect(bandOf({ low: 0.924, high: 0.935, runs: 12 }, 3)).toEqual({ low: 0.918, high: 0.941 });
    expect(bandOf({ low: 0.5, high: 0.5, runs: 3 }, 3)).toEqual({ low: 0.5, high: 0.5 });
    expect(bandOf({ low: 0.1, high: 0.6, runs: 6 }, 3)).toEqual({ low: 0, high: 1.1 });
  });

  it("take the runs that have the epoch", () => {
    const [a, b] = [goodK3, { ...goodK3, testAccuracy: 0.9 }];
    const runs = [
      { seed: 0, epochs: [a] },
      { seed: 1, epochs: [b, a] },
    ];
    expect(rangesOf(runs, 1).testAccuracy).toEqual({ low: 0.9, high: 0.932, runs: 2 });
    expect(rangesOf(runs, 2).testAccuracy).toEqual({ low: 0.932, high: 0.932, runs: 1 });
    expect(rangesOf(runs, 3)).toEqual({});
  });
});

describe("runs of ours", () => {
  const kept = (["K3", "K8"] as const).flatMap((id) =>
    (["quick", "full"] as const).flatMap((preset) => {
      const runs = ownRuns[id][preset];
      return runs === undefined ? [] : [{ id, preset, ...runs }];
    }),
  );

  it("are there for both quick presets", () => {
    expect(ownRuns.K3.quick!.runs.length).toBeGreaterThanOrEqual(6);
    expect(ownRuns.K8.quick!.runs.length).toBeGreaterThanOrEqual(6);
  });

  it.each(kept)("of $id $preset say what they are", ({ id, preset, setting, date, machine, engine, script, runs }) => {
    const { seed: _, ...own } = presets[id][preset];
    expect(setting).toEqual(own);
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(machine).toMatch(/\d+ cores, Node \d+/);
    expect(engine).not.toBe("");
    expect(script).toBe("apps/lesson/scripts/bands.ts");
    const seeds = runs.map(({ seed }) => seed);
    expect(seeds).toEqual([...new Set(seeds)].toSorted((a, b) => a - b));
    for (const figures of runs.flatMap(({ epochs }) => epochs)) {
      expect(Object.keys(figures)).toEqual(["trainLoss", "trainAccuracy", "testLoss", "testAccuracy"]);
      expect(Object.values(figures).every(Number.isFinite)).toBe(true);
      expect(figures.testAccuracy).toBeLessThanOrEqual(1);
    }
  });

  it("of the whole K3 agree with the reference runs", () => {
    const { runs } = ownRuns.K3.full!;
    expect(runs.length).toBeGreaterThan(0);
    for (const { epochs } of runs) {
      const history = epochs.map((figures, i) => epoch(i + 1, figures));
      expect(verdict("K3", history).kind).toBe("compatible");
    }
  });
});

describe("the verdict of K3", () => {
  it("is compatible inside the band, whatever the order", () => {
    const { kind, checks } = verdict("K3", [epoch(1, goodK3)], { seed: 7 });
    expect(kind).toBe("compatible");
    expect(checks.map((check) => check.kind)).toEqual(["compatible", "not-comparable"]);
    expect(checks[0]!.items).toHaveLength(4);
    expect(checks[0]!.band!.en).toContain("test acc 0.918 … 0.941");
  });

  it.each([
    ["trainLoss", 1.4],
    ["trainAccuracy", 0.6],
    ["testLoss", 0.3],
    ["testAccuracy", 0.9],
    ["testAccuracy", 0.95],
    ["testAccuracy", Number.NaN],
  ])("is different when %s is %d", (name, value) => {
    const { kind, checks } = verdict("K3", [epoch(1, { ...goodK3, [name]: value })]);
    expect(kind).toBe("different");
    expect(checks[0]!.items.filter(({ agrees }) => !agrees)).toHaveLength(1);
  });

  it("is different when a later epoch is", () => {
    const second = { trainLoss: 0.197, trainAccuracy: 0.943, testLoss: 0.156, testAccuracy: 0.955 };
    expect(verdict("K3", [epoch(1, goodK3), epoch(2, second)]).kind).toBe("compatible");
    expect(verdict("K3", [epoch(1, goodK3), epoch(2, goodK3)]).kind).toBe("different");
  });

  it("is no verdict for another setting, a part of the data, or a stopped run", () => {
    expect(verdict("K3", [epoch(1, goodK3)], { learningRate: 0.2 }).kind).toBe("not-comparable");
    expect(verdict("K3", [epoch(1, goodK3)], { trainSamples: 100 }).kind).toBe("not-comparable");
    expect(verdict("K3", [epoch(1, goodK3)], {}, true).kind).toBe("not-comparable");
    const stopped = { reason: "aborted", history: [epoch(1, goodK3)] } as const;
    expect(trainingVerdict("K3", presets.K3.full, stopped, false).kind).toBe("not-comparable");
  });

  it("does not take a collapsed run for a good one", () => {
    expect(verdict("K3", [epoch(1, { ...goodK3, testAccuracy: 0.1 })]).kind).toBe("different");
  });

  it("is different when the run diverged", () => {
    expect(trainingVerdict("K3", presets.K3.full, { reason: "diverged", history: [] }, false).kind).toBe("different");
  });
});

describe("the verdict of K8", () => {
  const history = recordedEpochs.K8.map(({ epoch: number, testAccuracy, ...rest }) =>
    epoch(number, { ...rest, testAccuracy: testAccuracy! }),
  );
  const ending = (testAccuracy: number): EpochRecord[] => [
    ...history.slice(0, -1),
    epoch(10, { ...goodK3, testAccuracy }),
  ];

  it("finds the notebook's own run compatible", () => {
    expect(verdict("K8", history).kind).toBe("compatible");
  });

  it("calls a collapsed run compatible, and collapsed", () => {
    const { kind, checks } = verdict("K8", ending(0.1));
    expect(kind).toBe("compatible");
    expect(checks.map(({ what }) => what.en)).toEqual(["epoch 1", "collapsed training", "times"]);
    expect(checks[1]!.band!.en).toContain("7 of 30");
  });

  it("judges the epochs before a collapse as ever", () => {
    const first = epoch(1, { ...goodK3, testAccuracy: gentleRuns.testAccuracy[1].low });
    expect(verdict("K8", [first, ...ending(0.1).slice(1)]).kind).toBe("different");
  });

  it("finds the gentle setting's accuracies different", () => {
    expect(verdict("K8", ending(gentleRuns.testAccuracy[10].low)).kind).toBe("different");
    expect(verdict("K8", ending(0.3)).kind).toBe("different");
    const first = epoch(1, { ...goodK3, testAccuracy: gentleRuns.testAccuracy[1].low });
    expect(verdict("K8", [first]).kind).toBe("different");
  });
});

describe("quick presets", () => {
  it.each(["K3", "K8"] as const)("of %s are judged by runs of ours", (id) => {
    const { runs } = ownRuns[id].quick!;
    const expectation = expectationFor(id, presets[id].quick, true)!;
    expect(Object.keys(expectation.ranges)).toEqual(["1", "2"]);
    const judged = (figures: readonly EpochFigures[]) => {
      const history = figures.map((one, i) => epoch(i + 1, one));
      return trainingVerdict(id, { ...presets[id].quick, seed: 99 }, { reason: "completed", history }, false).kind;
    };
    for (const { epochs } of runs) expect(judged(epochs)).toBe("compatible");
    const [first, second] = runs[0]!.epochs as [EpochFigures, EpochFigures];
    expect(judged([first, { ...second, testAccuracy: 0.97 }])).toBe("different");
    expect(judged([{ ...first, trainLoss: 0.5 }, second])).toBe("different");
  });
});

describe("the reference runs", () => {
  it("hold what the bands are made of", () => {
    expect(referenceRuns.K3.ranges[1]!.testAccuracy).toEqual({ low: 0.924, high: 0.935, runs: 12 });
    expect(referenceRuns.K8.orders - referenceRuns.K8.collapsed).toBe(referenceRuns.K8.ranges[10]!.testAccuracy!.runs);
  });
});
