import type { StepRecord } from "@camada/training";
import { describe, expect, it } from "vitest";
import { plainProgress, progressLine, testingLine } from "../src/cli/progress-line.ts";
import { presets } from "../src/training/setting.ts";
import type { TrainingPlan } from "../src/training/training-plan.ts";

const plan: TrainingPlan = { name: "K3", setting: presets.K3.full, steps: 469, testBatches: 79, recorded: [] };
const samples = 117 * 128;
const record = {
  epoch: 2,
  step: 117,
  steps: 469,
  train: { loss: 0.19424, accuracy: 0.9441, samples },
  samplesPerSecond: 200,
} as StepRecord;

describe("a progress line", () => {
  it.each([40, 60, 79, 80, 119, 120, 200])("fits into %d columns", (width) => {
    for (const language of ["pt-BR", "en"] as const) {
      expect([...progressLine(plan, record, width, language)].length).toBeLessThanOrEqual(width);
    }
  });

  it("says everything where there is room", () => {
    const line = progressLine(plan, record, 119, "en");
    expect(line).toMatch(
      /^K3 {2}epoch 2\/10 {2}█{8}░{24} {2}117\/469 {2}loss 0\.1942 {2}acc 0\.944 {2}200 samples\/s {2}ETA 46 min$/,
    );
  });

  it("gives up what matters least first, and never the counter", () => {
    expect(progressLine(plan, record, 79, "en")).not.toContain("acc");
    expect(progressLine(plan, record, 79, "en")).toContain("ETA 46 min");
    expect(progressLine(plan, record, 79, "pt-BR")).toContain("faltam 46 min");
    expect(progressLine(plan, record, 40, "en")).toContain("117/469");
    expect(progressLine(plan, record, 24, "en")).toBe("K3  epoch 2/10  117/469".slice(0, 24));
  });

  it("fills its bar with the epoch", () => {
    const bar = (step: number): string => /[█▏▎▍▌▋▊▉░]+/.exec(progressLine(plan, { ...record, step }, 119, "en"))![0];
    expect(bar(469)).toMatch(/^█+$/);
    expect(new Set([1, 200, 469].map((step) => bar(step).length)).size).toBe(1);
  });

  it("is a plain line in logs", () => {
    expect(plainProgress(plan, record, "en")).toBe(
      "K3  epoch 2/10  step 117/469  loss 0.1942  acc 0.944  200 samples/s  ETA 46 min",
    );
    expect(testingLine(plan, 2, "en")).toBe("K3  epoch 2/10  evaluating the test pictures");
  });
});
