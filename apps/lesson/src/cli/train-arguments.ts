import type { OptimizerName } from "@camada/optimizers";
import { type Command, Option } from "commander";
import type { DatasetName } from "../cell.ts";
import type { Language, Localized } from "../localized.ts";
import { lessonSettingFor, type TrainingSetting } from "../training/setting.ts";
import { trainHelpTexts } from "./train-help-texts.ts";
import { unexpected } from "./usage-error.ts";

/** What `camada train` is asked to do. */
export interface TrainTask {
  readonly command: "train";
  /** What was asked for; the rest is the lesson's own, or the checkpoint's. */
  readonly changes: Partial<TrainingSetting>;
  /** Folder of the checkpoint. */
  readonly outputFolder: string;
  /** The checkpoint's file, where it is not the one of that folder. */
  readonly checkpointFile: string | undefined;
  /** The checkpoint to go on from. */
  readonly resumeFile: string | undefined;
}

/** Folder of checkpoints. */
export const OUTPUT_FOLDER = "camada-training";

const datasets: readonly DatasetName[] = ["mnist", "fashion-mnist"];
const optimizers: readonly OptimizerName[] = [
  "sgd",
  "nag",
  "adam",
  "adamw",
  "adagrad",
  "rmsprop",
  "adadelta",
  "adamax",
  "nadam",
];

const COUNT: Localized = { "pt-BR": "um inteiro de 1 em diante", en: "an integer of 1 or more" };

/** Adds `camada train` to the program. */
export function addTrainCommand(command: Command, language: Language, choose: (task: TrainTask) => void): void {
  const help = (key: keyof typeof trainHelpTexts): string => trainHelpTexts[key][language];
  command
    .addOption(oneOf("--dataset <name>", help("dataset"), datasets))
    .addOption(numeric("--epochs <n>", help("epochs"), COUNT, isCount))
    .addOption(numeric("--batch-size <n>", help("batchSize"), COUNT, isCount))
    .addOption(oneOf("--optimizer <name>", help("optimizer"), optimizers))
    .addOption(numeric("--learning-rate <x>", help("learningRate"), above0, (value) => value > 0))
    .addOption(numeric("--momentum <x>", help("momentum"), from0To1, (value) => value >= 0 && value < 1))
    .addOption(numeric("--wd <x>", help("wd"), from0, (value) => value >= 0))
    .addOption(numeric("--limit <n>", help("limit"), COUNT, isCount))
    .addOption(numeric("--test-limit <n>", help("testLimit"), COUNT, isCount))
    .option("--strict-labels", help("strictLabels"))
    .option("--output <dir>", help("output"))
    .option("--checkpoint <file>", help("checkpoint"))
    .option("--resume <file>", help("resume"))
    .action((options: Options) => choose(taskOf(options)));
}

interface Options {
  readonly dataset?: DatasetName;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly optimizer?: OptimizerName;
  readonly learningRate?: number;
  readonly momentum?: number;
  readonly wd?: number;
  readonly limit?: number;
  readonly testLimit?: number;
  readonly strictLabels?: true;
  readonly output?: string;
  readonly checkpoint?: string;
  readonly resume?: string;
}

function taskOf({ output, checkpoint, resume, limit, testLimit, ...changes }: Options): TrainTask {
  const hasMomentum = changes.optimizer === undefined || changes.optimizer === "sgd" || changes.optimizer === "nag";
  if (changes.momentum !== undefined && !hasMomentum) {
    const expected = { "pt-BR": "sgd ou nag com --momentum", en: "sgd or nag with --momentum" };
    throw unexpected("--optimizer", expected, changes.optimizer);
  }
  return {
    command: "train",
    changes: {
      ...changes,
      ...(limit === undefined ? {} : { trainSamples: limit }),
      ...(testLimit === undefined ? {} : { testSamples: testLimit }),
    },
    outputFolder: output ?? OUTPUT_FOLDER,
    checkpointFile: checkpoint,
    resumeFile: resume,
  };
}

/**
 * The setting of a new run: what was asked for, and else the lesson's own for the dataset.
 * @throws {UsageError} without a dataset.
 */
export function newSetting({ changes }: TrainTask, seed: number | undefined): TrainingSetting {
  const { dataset } = changes;
  if (dataset === undefined) {
    throw unexpected("--dataset", { "pt-BR": datasets.join(" ou "), en: datasets.join(" or ") }, undefined);
  }
  const own = lessonSettingFor(dataset);
  // The lesson's learning rate and momentum are those of its optimizer.
  return { ...own, ...changes, ...(seed === undefined ? {} : { seed }) };
}

/**
 * The setting of a run that goes on: the checkpoint's, with other epochs where they were asked for.
 * @throws {UsageError} when something else was asked for: the run would no longer be the same.
 */
export function resumedSetting(
  saved: TrainingSetting,
  { changes }: TrainTask,
  seed: number | undefined,
): TrainingSetting {
  const asked = { ...changes, ...(seed === undefined ? {} : { seed }) };
  for (const [name, value] of Object.entries(asked)) {
    const own = saved[name as keyof TrainingSetting];
    if (name === "epochs" || own === value) continue;
    const kept = own === undefined ? "–" : String(own);
    const expected = {
      "pt-BR": `${name} como no arquivo (${kept})`,
      en: `${name} as in the file (${kept})`,
    };
    throw unexpected("--resume", expected, String(value));
  }
  return { ...saved, epochs: changes.epochs ?? saved.epochs };
}

const above0: Localized = { "pt-BR": "um número maior que 0", en: "a number above 0" };
const from0: Localized = { "pt-BR": "um número de 0 em diante", en: "a number of 0 or more" };
const from0To1: Localized = { "pt-BR": "um número de 0 a menos de 1", en: "a number from 0 to below 1" };

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function numeric(
  flags: string,
  description: string,
  expected: Localized,
  isAllowed: (value: number) => boolean,
): Option {
  return new Option(flags, description).argParser((text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    if (Number.isFinite(value) && isAllowed(value)) return value;
    throw unexpected(flags.split(" ")[0]!, expected, text);
  });
}

function oneOf(flags: string, description: string, allowed: readonly string[]): Option {
  return new Option(flags, description).argParser((text) => {
    if (allowed.includes(text)) return text;
    const list = (or: string): string => `${allowed.slice(0, -1).join(", ")} ${or} ${allowed.at(-1)}`;
    throw unexpected(flags.split(" ")[0]!, { "pt-BR": list("ou"), en: list("or") }, text);
  });
}
