import type { ChosenBackend } from "@camada/tensor";
import type { CellContext } from "../cell.ts";
import type { Task } from "./arguments.ts";
import { CheckpointKeeper, checkpointToResume } from "./checkpoint-keeper.ts";
import { cells } from "../cells/index.ts";
import { startBackend } from "./backends.ts";
import type { CommandContext } from "./command.ts";
import { openingOnce } from "./datasets.ts";
import { DrawingFolder } from "./drawing-folder.ts";
import { jsonlReporter, jsonReporter } from "./json-reporter.ts";
import { messages } from "./messages.ts";
import { exitCode, type Reporter, runCells } from "./run-cells.ts";
import { downloadStatus } from "./download-status.ts";
import { textReporter } from "./text-reporter.ts";

/** What `camada run` is asked to do. */
export type RunTask = Task & { readonly command: "run" };

/** `camada run` */
export async function runCommand(context: CommandContext, task: RunTask): Promise<number> {
  const { screen, options, surroundings } = context;
  const resume = await checkpointToResume(task, surroundings.directory);
  const keeper = new CheckpointKeeper(task, screen, surroundings.directory);
  const backend = await startBackend(options.backend, options.engine);
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
  const outcomes = await runCells(chosen, cellContext, keeper.keeping(reporterFor(context, backend)));
  if (options.isDebug) {
    for (const { error } of outcomes) if (error instanceof Error) screen.complain(error.stack ?? error.message);
  }
  if (!surroundings.signal.aborted) return exitCode(outcomes);
  screen.complain(messages.stopped[screen.language]);
  keeper.sayHowToResume();
  return 1;
}

function reporterFor({ screen, options }: CommandContext, backend: ChosenBackend): Reporter {
  const drawings = options.svgFolder === undefined ? undefined : new DrawingFolder(options.svgFolder);
  switch (options.format) {
    case "json":
      return jsonReporter(screen, backend, drawings);
    case "jsonl":
      return jsonlReporter(screen, backend, drawings);
    case "text":
      return textReporter(screen, drawings, options.isQuiet);
  }
}
