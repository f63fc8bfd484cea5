import { CheckpointFormatError } from "@camada/training";
import type { Sequential } from "@camada/layers";
import { type CellContext, type CellEvent, type CellRun, output } from "../cell.ts";
import { figuresOf, isCollapsed } from "../recorded/bands.ts";
import { recordedEpochs } from "../recorded/training.ts";
import { type LessonTraining, prepareTraining, settingOf } from "../training/lesson-training.ts";
import { mistakeOutputs } from "../training/mistakes.ts";
import { featureMapPictures, filterPictures } from "../training/net-pictures.ts";
import { collapseExplained, divergenceExplained, fullChosen, quickAsked, quickChosen } from "../training/notices.ts";
import { type MeasuredSteps, measureSteps, runTraining } from "../training/run-training.ts";
import { type TrainingCellId, presets, type TrainingSetting } from "../training/setting.ts";
import { trainingCharts } from "../training/training-charts.ts";
import { planOf, runDurationMs } from "../training/training-plan.ts";
import { trainingVerdict } from "../training/training-verdict.ts";

/** A cell that would take longer runs its quick preset, unless the full one is asked for. */
const LONGEST_FULL_RUN_MS = 15 * 60_000;

/** What tests put in the place of the lesson's own. */
export interface TrainingCellOptions {
  readonly makeNet?: () => Sequential;
  readonly longestFullRunMs?: number;
}

/** Runs a training cell: decides how much of it this machine can do, trains, and shows what came of it. */
export async function* runTrainingCell(
  id: TrainingCellId,
  context: CellContext,
  options: TrainingCellOptions = {},
): CellRun {
  const { signal } = context;
  const data = await context.open(presets[id].full.dataset);
  const { training, read } = yield* chosenTraining(id, context, options);
  try {
    const { setting, net, testLoader } = training;
    const { end, curve } = yield* runTraining(training, planOf(training, id, recordedEpochs[id]), read);
    const { history, reason, error } = end;
    if (error !== undefined) yield { type: "notice", text: divergenceExplained(error) };
    if (reason === "completed") {
      const last = figuresOf(history.at(-1)!);
      if (id === "K8" && last !== undefined && isCollapsed(last))
        yield { type: "notice", text: collapseExplained(setting) };
      const recorded = recordedEpochs[id].filter(({ epoch }) => epoch <= setting.epochs);
      for (const chart of trainingCharts(id, history, curve, recorded)) yield output(chart);
      yield output(await filterPictures(id, net));
      for (const maps of await featureMapPictures(id, net, testLoader.dataset.batch(Int32Array.of(0))))
        yield output(maps);
      if (id === "K8") for (const mistakes of await mistakeOutputs(id, training, signal)) yield output(mistakes);
    }
    return trainingVerdict(id, setting, end, data.source.isSubset);
  } finally {
    await training.dispose();
  }
}

/** A training that may have taken its first steps. */
interface ChosenTraining {
  readonly training: LessonTraining;
  readonly read: MeasuredSteps["records"];
}

async function* chosenTraining(
  id: TrainingCellId,
  context: CellContext,
  { makeNet, longestFullRunMs = LONGEST_FULL_RUN_MS }: TrainingCellOptions,
): AsyncGenerator<CellEvent, ChosenTraining, undefined> {
  const { signal, seed = presets[id].full.seed, isQuick, isFull = false, resume } = context;
  const data = await context.open(presets[id].full.dataset);
  const prepared = (setting: TrainingSetting): LessonTraining =>
    prepareTraining(setting, data, { signal, resume, makeNet });
  if (resume !== undefined) {
    const setting = settingOf(resume, id);
    const { dataset } = presets[id].full;
    if (setting.dataset !== dataset) throw new CheckpointFormatError(id, `a training on ${dataset}`, setting.dataset);
    return { training: prepared(setting), read: [] };
  }
  const quick = { ...presets[id].quick, seed };
  if (isQuick && !isFull) {
    yield { type: "notice", text: quickAsked(id) };
    return { training: prepared(quick), read: [] };
  }
  const full = prepared({ ...presets[id].full, seed });
  let isKept = false;
  try {
    const { records, stepMs = 0 } = yield* measureSteps(full);
    const fullMs = runDurationMs(planOf(full, id, []), stepMs);
    if (isFull || fullMs <= longestFullRunMs || signal.aborted) {
      yield { type: "notice", text: fullChosen(full.setting, stepMs, fullMs) };
      isKept = true;
      return { training: full, read: records };
    }
    yield { type: "notice", text: quickChosen(id, stepMs, fullMs, longestFullRunMs) };
  } finally {
    if (!isKept) await full.dispose();
  }
  return { training: prepared(quick), read: [] };
}
