import type { ChosenBackend } from "@camada/tensor";
import type { CellContext } from "../cell.ts";
import type { Task } from "./arguments.ts";
import { CheckpointKeeper, checkpointToResume } from "./checkpoint-keeper.ts";
import { cells } from "../cells/index.ts";
import { backendLines } from "./backend-lines.ts";
import { startBackend } from "./backends.ts";
import type { CommandContext } from "./command.ts";
import { openingOnce } from "./datasets.ts";
import { DrawingFolder, RunDrawings } from "./drawing-folder.ts";
import { jsonlReporter, jsonReporter } from "./json-reporter.ts";
import { messages } from "./messages.ts";
import { exitCode, type Reporter, runCells } from "../run-cells.ts";
import { downloadStatus } from "./download-status.ts";
import { textReporter } from "./text-reporter.ts";

/** What `camada run` is asked to do. */
export type RunTask = Task & { readonly command: "run" };

/** `camada run` */
export async function runCommand(context: CommandContext, task: RunTask): Promise<number> {
  const { screen, options, surroundings } = context;
  const resume = await checkpointToResume(task, surroundings.directory);
  const keeper = new CheckpointKeeper(task, screen, surroundings.directory);
  const drawings = await drawingsFor(context);
  const backend = await startBackend(options);
  if (options.format === "text" && !options.isQuiet) screen.print(backendLines(backend.info, screen));
  const cellContext: CellContext = {
    backend,
    seed: options.seed,
    isQuick: options.isQuick,
    isFull: task.isFull,
    ...(resume === undefined ? {} : { resume }),
    signal: surroundings.signal,
    open: openingOnce({ mayDownload: true, signal: surroundings.signal, onProgress: downloadStatus(screen) }),
    now: () => surroundings.now(),
  };
  const chosen = task.cells.map((id) => cells.find((cell) => cell.id === id)!);
  const outcomes = await runCells(chosen, cellContext, keeper.keeping(reporterFor(context, backend, drawings)));
  if (options.isDebug) {
    for (const { error } of outcomes) if (error instanceof Error) screen.complain(error.stack ?? error.message);
  }
  if (!surroundings.signal.aborted) return drawings?.hasFailed === true ? 1 : exitCode(outcomes);
  screen.complain(messages.stopped[screen.language]);
  keeper.sayHowToResume();
  return 1;
}

/** Where drawings go, if anywhere. A folder that cannot be had is told before anything runs. */
async function drawingsFor({ screen, options }: CommandContext): Promise<RunDrawings | undefined> {
  if (options.svgFolder === undefined) return undefined;
  const folder = new DrawingFolder(options.svgFolder);
  await folder.make();
  return new RunDrawings(folder, screen);
}

function reporterFor(
  { screen, options }: CommandContext,
  backend: ChosenBackend,
  drawings: RunDrawings | undefined,
): Reporter {
  switch (options.format) {
    case "json":
      return jsonReporter(screen, backend, drawings);
    case "jsonl":
      return jsonlReporter(screen, backend, drawings);
    case "text":
      return textReporter(screen, drawings, options.isQuiet);
  }
}
