/**
 * Trains the lesson's network in many orders of the samples and keeps the figures of each run in
 * `src/recorded/band-runs.json`, from which the bands of verdicts are taken.
 *
 *   pnpm exec tsx --conditions=@camada/source scripts/bands.ts K3 quick --seeds 0-11
 *   pnpm exec tsx --conditions=@camada/source scripts/bands.ts K3 full --seeds 1 --epochs 1
 *
 * Runs of a setting that is already there are added to it; a seed that is already there is skipped. The file is written
 * after every run, so stopping loses one run at most.
 */
import { cpu } from "@camada/backend-cpu";
import { firstAvailable } from "@camada/tensor";
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openLessonData } from "../src/cli/datasets.ts";
import type { BandRun, BandRuns, EpochFigures } from "../src/recorded/bands.ts";
import { figuresOf } from "../src/recorded/bands.ts";
import { epochLine } from "../src/training/epoch-line.ts";
import { prepareTraining } from "../src/training/lesson-training.ts";
import { presets, type TrainingSetting } from "../src/training/setting.ts";

const DATA = fileURLToPath(new URL("../src/recorded/band-runs.json", import.meta.url));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "0" }, epochs: { type: "string" } },
});
const [cell, preset] = positionals as ["K3" | "K8", "full" | "quick"];
const setting: TrainingSetting = presets[cell][preset];
const epochs = values.epochs === undefined ? setting.epochs : Number(values.epochs);
const [first, last = first] = values.seeds.split("-").map(Number) as [number, number?];

const backend = await firstAvailable([cpu()]);
const signal = new AbortController().signal;
const data = await openLessonData(setting.dataset, { mayDownload: true, signal, onProgress: () => {} });
console.log(data.announcement);

for (let seed = first; seed <= last; seed++) {
  if (read().runs.some((run) => run.seed === seed)) continue;
  const figures = await trainOnce({ ...setting, epochs, seed });
  if (figures !== undefined) keep({ seed, epochs: figures });
}

async function trainOnce(own: TrainingSetting): Promise<EpochFigures[] | undefined> {
  console.log(`${cell} ${preset}, seed ${own.seed}`);
  const training = prepareTraining(own, data, { signal });
  try {
    for await (const record of training.run) {
      if (record.type === "epoch") console.log(epochLine(record));
      if (record.type !== "end") continue;
      if (record.reason === "completed") return record.history.map((epoch) => rounded(figuresOf(epoch)!));
      console.log(`seed ${own.seed}: ${record.error?.message ?? record.reason}; not kept`);
    }
    return undefined;
  } finally {
    await training.dispose();
  }
}

function read(): BandRuns {
  const kept = all()[cell]?.[preset];
  const { seed: _, ...withoutSeed } = setting;
  if (kept !== undefined) {
    if (JSON.stringify(kept.setting) === JSON.stringify(withoutSeed)) return kept;
    console.log("The setting has changed since the runs that are kept: they are dropped.");
  }
  const script = "apps/lesson/scripts/bands.ts";
  return { setting: withoutSeed, date: "", machine: "", engine: "", script, runs: [] };
}

function keep(run: BandRun): void {
  const runs = [...read().runs, run].sort((a, b) => a.seed - b.seed);
  const now = {
    ...read(),
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    engine: backend.info.description,
    runs,
  };
  const document = all();
  document[cell] = { ...document[cell], [preset]: now };
  writeFileSync(`${DATA}.partial`, `${JSON.stringify(document, undefined, 2)}\n`);
  renameSync(`${DATA}.partial`, DATA);
  execFileSync("npx", ["prettier", "--log-level", "silent", "--write", DATA]);
}

function all(): Record<string, Record<string, BandRuns>> {
  return JSON.parse(readFileSync(DATA, "utf8")) as Record<string, Record<string, BandRuns>>;
}

function machine(): string {
  const [processor] = cpus();
  return `${processor?.model.trim() ?? "unknown processor"}, ${cpus().length} cores, Node ${process.versions.node}`;
}

function rounded(figures: EpochFigures): EpochFigures {
  const digits = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    trainLoss: digits(figures.trainLoss),
    trainAccuracy: digits(figures.trainAccuracy),
    testLoss: digits(figures.testLoss),
    testAccuracy: digits(figures.testAccuracy),
  };
}
