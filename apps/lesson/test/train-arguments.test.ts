import { describe, expect, it } from "vitest";
import { type Invocation, parseArguments } from "../src/cli/arguments.ts";
import { newSetting, resumedSetting, type TrainTask } from "../src/cli/train-arguments.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { presets } from "../src/training/setting.ts";

function parse(line: string): Invocation {
  return parseArguments(line.split(" "), "en");
}

function trainTask(options: string): TrainTask {
  return parse(`train ${options}`.trim()).task as TrainTask;
}

describe("camada train", () => {
  it("takes every figure of a setting", () => {
    const line =
      "--dataset fashion-mnist --epochs 3 --batch-size 64 --learning-rate 0.01 --momentum 0.5 --wd 1e-4 --optimizer nag " +
      "--limit 100 --test-limit 50 --strict-labels";
    expect(newSetting(trainTask(line), 9)).toEqual({
      dataset: "fashion-mnist",
      epochs: 3,
      batchSize: 64,
      learningRate: 0.01,
      momentum: 0.5,
      wd: 1e-4,
      optimizer: "nag",
      seed: 9,
      trainSamples: 100,
      testSamples: 50,
      strictLabels: true,
    });
  });

  it("is the lesson's own training without options", () => {
    expect(newSetting(trainTask("--dataset mnist"), undefined)).toEqual(presets.K3.full);
    expect(newSetting(trainTask("--dataset fashion-mnist"), undefined)).toEqual(presets.K8.full);
  });

  it("keeps its state where it is told to", () => {
    expect(trainTask("--dataset mnist")).toMatchObject({ outputFolder: "camada-training", checkpointFile: undefined });
    const line = "--output runs --checkpoint a.checkpoint --resume b.checkpoint";
    const files = { outputFolder: "runs", checkpointFile: "a.checkpoint", resumeFile: "b.checkpoint" };
    expect(trainTask(line)).toMatchObject(files);
  });

  it.each([
    ["--epochs 0", "--epochs: expected an integer of 1 or more, got 0"],
    ["--epochs 1.5", "--epochs: expected an integer of 1 or more, got 1.5"],
    ["--batch-size x", "--batch-size: expected an integer of 1 or more, got x"],
    ["--learning-rate 0", "--learning-rate: expected a number above 0, got 0"],
    ["--learning-rate Infinity", "--learning-rate: expected a number above 0, got Infinity"],
    ["--momentum 1", "--momentum: expected a number from 0 to below 1, got 1"],
    ["--wd -1", "--wd: expected a number of 0 or more, got -1"],
    ["--dataset cifar10", "--dataset: expected mnist or fashion-mnist, got cifar10"],
    ["--optimizer adam --momentum 0.9", "--optimizer: expected sgd or nag with --momentum, got adam"],
  ])("refuses %s in one sentence", (options, message) => {
    expect(() => trainTask(options)).toThrow(UsageError);
    expect(() => trainTask(options)).toThrow(message);
  });

  it("needs a dataset", () => {
    expect(() => newSetting(trainTask(""), undefined)).toThrow(
      "--dataset: expected mnist or fashion-mnist, got nothing",
    );
  });

  it("goes on with the setting of the file, and with more epochs where asked", () => {
    const saved = { ...presets.K8.full, epochs: 2 };
    expect(resumedSetting(saved, trainTask("--resume a"), undefined)).toEqual(saved);
    expect(resumedSetting(saved, trainTask("--resume a --epochs 5 --momentum 0.9"), saved.seed).epochs).toBe(5);
  });

  it.each([
    ["--learning-rate 0.01", "--resume: expected learningRate as in the file (0.1), got 0.01"],
    ["--dataset mnist", "--resume: expected dataset as in the file (fashion-mnist), got mnist"],
    ["--limit 10", "--resume: expected trainSamples as in the file (–), got 10"],
  ])("refuses to go on with %s", (options, message) => {
    expect(() => resumedSetting(presets.K8.full, trainTask(`--resume a ${options}`), undefined)).toThrow(message);
  });

  it("refuses to go on in another order", () => {
    expect(() => resumedSetting(presets.K8.full, trainTask("--resume a"), 3)).toThrow(UsageError);
  });
});

describe("camada run", () => {
  it("knows --full, --output and --resume", () => {
    expect(parse("run K3").task).toMatchObject({
      isFull: false,
      outputFolder: "camada-training",
      resumeFile: undefined,
    });
    const line = "run K3 --full --output runs --resume a.checkpoint";
    expect(parse(line).task).toMatchObject({ isFull: true, outputFolder: "runs", resumeFile: "a.checkpoint" });
  });
});
