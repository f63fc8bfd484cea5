import { resolve } from "node:path";
import { type CommonOptions, parseArguments, type Task } from "./arguments.ts";
import { backendsCommand } from "./backends-command.ts";
import type { CommandContext } from "./command.ts";
import { dataCommand } from "./data-command.ts";
import { doctorCommand } from "./doctor-command.ts";
import { errorSentence } from "./error-sentence.ts";
import { chosenLanguage } from "./language.ts";
import { listCommand } from "./list-command.ts";
import { runCommand } from "./run-command.ts";
import { trainCommand } from "./train-command.ts";
import { Screen, type Surroundings } from "./screen.ts";
import { summaryCommand } from "./summary-command.ts";
import { webCommand } from "./web-command.ts";
import { UsageError } from "./usage-error.ts";

const WRONG_USAGE = 2;
const FAILED = 1;

/**
 * The command line of the lesson.
 * @param argv without the interpreter and the script.
 * @returns the exit code: 0; 1 when a verdict is `different`, something failed or is missing; 2 for wrong usage.
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const language = chosenLanguage(argv, surroundings.env);
  let screen = new Screen(surroundings, language, false);
  let isDebug = argv.includes("--debug");
  try {
    const { task, options } = parseArguments(argv, language);
    screen = new Screen(surroundings, language, options.isQuiet);
    isDebug = options.isDebug;
    return await perform(task, { screen, options: withPaths(options, surroundings), surroundings });
  } catch (error) {
    screen.complain(`camada: ${errorSentence(error, language)}`);
    if (isDebug && error instanceof Error) screen.complain(error.stack ?? "");
    return error instanceof UsageError ? WRONG_USAGE : FAILED;
  }
}

function perform(task: Task, context: CommandContext): number | Promise<number> {
  switch (task.command) {
    case "help":
      context.screen.print(task.text.trimEnd().split("\n"));
      return 0;
    case "list":
      return listCommand(context);
    case "run":
      return runCommand(context, task);
    case "train":
      return trainCommand(context, task);
    case "summary":
      return summaryCommand(context);
    case "backends":
      return backendsCommand(context);
    case "doctor":
      return doctorCommand(context);
    case "data":
      return dataCommand(context, task.isDownload);
    case "web":
      return webCommand(context, task);
  }
}

function withPaths(options: CommonOptions, { directory }: Surroundings): CommonOptions {
  return options.svgFolder === undefined ? options : { ...options, svgFolder: resolve(directory, options.svgFolder) };
}
