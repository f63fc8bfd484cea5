import type { Checkpoint } from "@camada/training";
import { loadCheckpoint } from "@camada/training/node";
import { join, resolve } from "node:path";
import { prepareTraining, settingOf } from "../training/lesson-training.ts";
import { divergenceExplained } from "../training/notices.ts";
import { runTraining, type TrainingOutcome } from "../training/run-training.ts";
import type { TrainingSetting } from "../training/setting.ts";
import { trainingCharts } from "../training/training-charts.ts";
import { planOf } from "../training/training-plan.ts";
import { startBackend } from "./backends.ts";
import { CheckpointFile } from "./checkpoint-file.ts";
import type { CommandContext } from "./command.ts";
import { openLessonData } from "./datasets.ts";
import { downloadStatus } from "./download-status.ts";
import { DrawingFolder } from "./drawing-folder.ts";
import { sentenceLines } from "./render-cell.ts";
import { newSetting, resumedSetting, type TrainTask } from "./train-arguments.ts";
import { trainReporter } from "./train-reporter.ts";
import { UsageError } from "./usage-error.ts";

/**
 * `camada train`
 * @returns 0 when all epochs were trained and kept; 1 when the run was stopped, diverged, or could not be kept.
 */
export async function trainCommand(context: CommandContext, task: TrainTask): Promise<number> {
  const { screen, options, surroundings } = context;
  const { directory, signal } = surroundings;
  const { setting, resume } = await whatToTrain(context, task);
  const file = new CheckpointFile(checkpointPath(task, setting, directory), screen, directory);
  if (resume === undefined && (await file.exists())) throw alreadyThere(file);

  const backend = await startBackend(options);
  const onProgress = downloadStatus(screen);
  const data = await openLessonData(setting.dataset, { mayDownload: true, signal, onProgress });
  screen.clearStatus();
  const reporter = trainReporter(context);
  reporter.begin(backend, setting, data.announcement);

  const training = prepareTraining(setting, data, { signal, resume });
  try {
    const run = runTraining(training, planOf(training, setting.dataset, []));
    const outcome = await report(run, async (event) => {
      if (event.type !== "training") return;
      await file.keep(event, () => reporter.event(event));
      // What has been trained is kept and told also where something fails.
    }).finally(() => file.settled());
    const drawn = await draw(context, setting, outcome);
    reporter.end(outcome, [...(file.isWritten ? [file.shownPath] : []), ...drawn]);
    return conclude(context, file, outcome);
  } finally {
    await training.dispose();
  }
}

async function whatToTrain(
  { options, surroundings }: CommandContext,
  task: TrainTask,
): Promise<{ setting: TrainingSetting; resume: Checkpoint | undefined }> {
  if (task.resumeFile === undefined) return { setting: newSetting(task, options.seed), resume: undefined };
  const path = resolve(surroundings.directory, task.resumeFile);
  const resume = await loadCheckpoint(path);
  return { setting: resumedSetting(settingOf(resume, path), task, options.seed), resume };
}

/** The file asked for; else the one to go on from; else one in the folder, named after the run. */
function checkpointPath(task: TrainTask, { dataset, seed }: TrainingSetting, directory: string): string {
  const { checkpointFile, resumeFile, outputFolder } = task;
  const file = checkpointFile ?? resumeFile ?? join(outputFolder, `${dataset}-${seed}.checkpoint`);
  return resolve(directory, file);
}

function alreadyThere({ shownPath: path }: CheckpointFile): UsageError {
  return new UsageError({
    "pt-BR": `train: ${path} já existe; continue com --resume ${path}, ou escolha outro --checkpoint`,
    en: `train: expected no file at ${path}, got one; go on with --resume ${path}, or choose another --checkpoint`,
  });
}

/** Hands every event over and waits for it to be dealt with. */
async function report<E, R>(run: AsyncGenerator<E, R, undefined>, handle: (event: E) => Promise<void>): Promise<R> {
  for (;;) {
    const next = await run.next();
    if (next.done === true) return next.value;
    await handle(next.value);
  }
}

async function draw(
  { options, screen }: CommandContext,
  { dataset }: TrainingSetting,
  { end, curve }: TrainingOutcome,
): Promise<string[]> {
  if (options.svgFolder === undefined) return [];
  const folder = new DrawingFolder(options.svgFolder);
  const charts = trainingCharts(dataset, end.history, curve, []).filter(({ series }) => series.length > 0);
  const paths = await Promise.all(charts.map((chart) => folder.write(chart, screen.language)));
  return paths.filter((path) => path !== undefined);
}

function conclude({ screen }: CommandContext, file: CheckpointFile, { end }: TrainingOutcome): number {
  switch (end.reason) {
    case "aborted":
      file.sayHowToResume("camada train");
      return 1;
    case "diverged":
      screen.complain(sentenceLines(divergenceExplained(end.error!), screen, screen.width).join("\n"));
      return 1;
    case "completed":
    case "early-stopping":
      return file.hasFailed ? 1 : 0;
  }
}
