import type { CpuEngine, CpuPrecision } from "@camada/backend-cpu";
import { Command, CommanderError, Option } from "commander";
import type { CellId } from "../cell.ts";
import { cellIds } from "../cells/index.ts";
import type { Language, Localized } from "../localized.ts";
import { helpTexts } from "./help-texts.ts";
import { parseLanguage } from "./language.ts";
import { addTrainCommand, OUTPUT_FOLDER, type TrainTask } from "./train-arguments.ts";
import { trainHelpTexts } from "./train-help-texts.ts";
import { unexpected, UsageError } from "./usage-error.ts";

/** Where `--backend` computes. */
export type BackendChoice = "auto" | "cpu" | "cuda";

/** Options of every command. */
export interface CommonOptions {
  readonly backend: BackendChoice;
  readonly engine: CpuEngine | undefined;
  /** Threads of the native engine. */
  readonly threads: number | undefined;
  readonly precision: CpuPrecision | undefined;
  readonly seed: number | undefined;
  readonly format: "text" | "json" | "jsonl";
  readonly svgFolder: string | undefined;
  readonly isQuick: boolean;
  readonly isQuiet: boolean;
  readonly isDebug: boolean;
}

/** What the user wants. */
export type Task =
  | { readonly command: "help"; readonly text: string }
  | { readonly command: "list" }
  | {
      readonly command: "run";
      readonly cells: readonly CellId[];
      /** Trains as long as the notebook. */
      readonly isFull: boolean;
      /** Folder of the checkpoints of whole trainings. */
      readonly outputFolder: string;
      /** The checkpoint that a training cell goes on from. */
      readonly resumeFile: string | undefined;
    }
  | TrainTask
  | { readonly command: "summary"; readonly network: "lenet" }
  | { readonly command: "backends" }
  | { readonly command: "doctor" }
  | { readonly command: "data"; readonly isDownload: boolean }
  | {
      readonly command: "web";
      readonly port: number;
      /** Folder of complete datasets for the page. */
      readonly datasetsFolder: string | undefined;
    };

/** What the user wants, and how. */
export interface Invocation {
  readonly task: Task;
  readonly options: CommonOptions;
}

const LARGEST_SEED = 2 ** 32 - 1;
const MOST_THREADS = 256;
const USUAL_PORT = 4173;
const LARGEST_PORT = 65_535;

/**
 * Reads the command line.
 * @param argv without the interpreter and the script.
 * @throws {UsageError}
 */
export function parseArguments(argv: readonly string[], language: Language): Invocation {
  let task: Task | undefined;
  let helpText = "";
  const program = createProgram(
    language,
    (chosen) => (task = chosen),
    (text) => (helpText += text),
  );
  try {
    program.parse(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, program, argv);
    task = { command: "help", text: helpText };
  }
  return { task: task!, options: commonOptions(program.opts()) };
}

function createProgram(language: Language, choose: (task: Task) => void, showHelp: (text: string) => void): Command {
  const help = (key: keyof typeof helpTexts): string => helpTexts[key][language];
  const program = new Command("camada")
    .exitOverride()
    .configureOutput({ writeOut: showHelp, writeErr: () => {} })
    .usage(help("programUsage"))
    .description(help("program"))
    .helpOption("-h, --help", help("help"))
    .helpCommand(`help [${language === "en" ? "command" : "comando"}]`, help("help"))
    .addOption(oneOf("--backend <name>", help("backend"), ["auto", "cpu", "cuda"]).default("auto", "auto"))
    .addOption(oneOf("--engine <name>", help("engine"), ["native", "wasm", "js"]))
    .option("--threads <n>", help("threads"), parseThreads)
    .addOption(oneOf("--precision <name>", help("precision"), ["float32", "bf16"]))
    .option("--seed <n>", help("seed"), parseSeed)
    .option("--lang <language>", help("lang"), parseLanguage)
    .option("--json", help("json"))
    .option("--jsonl", help("jsonl"))
    .option("--svg <dir>", help("svg"))
    .option("--quick", help("quick"))
    .option("--quiet", help("quiet"))
    .option("--debug", help("debug"))
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => TITLES[title]?.[language] ?? title,
      optionDescription: (option) => option.description,
    });
  const command = (name: string, description: Localized): Command =>
    program
      .command(name)
      .usage(help("commandUsage"))
      .description(description[language])
      .helpOption("-h, --help", help("help"))
      .copyInheritedSettings(program);
  command("list", helpTexts.list).action(() => choose({ command: "list" }));
  command("run", helpTexts.run)
    .usage(help("runUsage"))
    .argument("[cells...]", help("cells"))
    .option("--all", help("all"))
    .option("--full", trainHelpTexts.full[language])
    .option("--output <dir>", trainHelpTexts.output[language])
    .option("--resume <file>", trainHelpTexts.resume[language])
    .action((cells: string[], { all, full, output, resume }: RunOptions) => {
      if (full === true && program.opts()["quick"] === true) {
        throw unexpected("run", { "pt-BR": "--quick ou --full", en: "--quick or --full" }, "--quick --full");
      }
      choose({
        command: "run",
        cells: chosenCells(cells, all),
        isFull: full === true,
        outputFolder: output ?? OUTPUT_FOLDER,
        resumeFile: resume,
      });
    });
  addTrainCommand(command("train", trainHelpTexts.train), language, choose);
  command("summary", helpTexts.summary)
    .usage(help("summaryUsage"))
    .argument("<network>", help("network"))
    .action((network: string) => {
      if (network !== "lenet") throw unexpected("summary", { "pt-BR": "lenet", en: "lenet" }, network);
      choose({ command: "summary", network });
    });
  command("backends", helpTexts.backends).action(() => choose({ command: "backends" }));
  command("doctor", helpTexts.doctor).action(() => choose({ command: "doctor" }));
  command("data", helpTexts.data)
    .option("--download", help("download"))
    .action(({ download }: { download?: true }) => choose({ command: "data", isDownload: download === true }));
  command("web", helpTexts.web)
    .option("--port <n>", help("port"), parsePort)
    .option("--datasets <dir>", help("datasets"))
    .action(({ port = USUAL_PORT, datasets }: { port?: number; datasets?: string }) =>
      choose({ command: "web", port, datasetsFolder: datasets }),
    );
  return program;
}

interface RunOptions {
  readonly all?: true;
  readonly full?: true;
  readonly output?: string;
  readonly resume?: string;
}

/** commander's own headings. */
const TITLES: Readonly<Record<string, (typeof helpTexts)[keyof typeof helpTexts]>> = {
  "Usage:": helpTexts.usage,
  "Options:": helpTexts.options,
  "Global Options:": helpTexts.globalOptions,
  "Commands:": helpTexts.commands,
  "Arguments:": helpTexts.arguments,
};

function oneOf(flags: string, description: string, allowed: readonly string[]): Option {
  const name = flags.split(" ")[0]!;
  return new Option(flags, description).argParser((text) => {
    if (allowed.includes(text)) return text;
    const list = (or: string): string => `${allowed.slice(0, -1).join(", ")} ${or} ${allowed.at(-1)}`;
    throw unexpected(name, { "pt-BR": list("ou"), en: list("or") }, text);
  });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= LARGEST_SEED) return seed;
  const expected = { "pt-BR": `um inteiro de 0 a ${LARGEST_SEED}`, en: `an integer from 0 to ${LARGEST_SEED}` };
  throw unexpected("--seed", expected, text);
}

function parseThreads(text: string): number {
  const threads = Number(text);
  if (/^\d+$/.test(text) && threads >= 1 && threads <= MOST_THREADS) return threads;
  const expected = { "pt-BR": `um inteiro de 1 a ${MOST_THREADS}`, en: `an integer from 1 to ${MOST_THREADS}` };
  throw unexpected("--threads", expected, text);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= LARGEST_PORT) return port;
  const expected = { "pt-BR": `um inteiro de 0 a ${LARGEST_PORT}`, en: `an integer from 0 to ${LARGEST_PORT}` };
  throw unexpected("--port", expected, text);
}

function chosenCells(names: readonly string[], all: true | undefined): CellId[] {
  if (all && names.length > 0) {
    throw unexpected(
      "run",
      { "pt-BR": "células ou --all, não os dois", en: "cells or --all, not both" },
      `${names.join(" ")} --all`,
    );
  }
  if (all) return [...cellIds];
  if (names.length === 0) {
    throw unexpected(
      "run",
      { "pt-BR": "uma célula, por exemplo K4, ou --all", en: "a cell, e.g. K4, or --all" },
      undefined,
    );
  }
  return names.map((name) => {
    const id = cellIds.find((known) => known === name.toUpperCase());
    if (id !== undefined) return id;
    const list = cellIds.join(", ");
    throw unexpected("run", { "pt-BR": `uma célula de ${list}`, en: `a cell of ${list}` }, name);
  });
}

function commonOptions(options: Record<string, unknown>): CommonOptions {
  if (options["json"] === true && options["jsonl"] === true) {
    throw unexpected("", { "pt-BR": "--json ou --jsonl", en: "--json or --jsonl" }, "--json --jsonl");
  }
  return {
    backend: (options["backend"] as BackendChoice | undefined) ?? "auto",
    engine: options["engine"] as CpuEngine | undefined,
    threads: options["threads"] as number | undefined,
    precision: options["precision"] as CpuPrecision | undefined,
    seed: options["seed"] as number | undefined,
    format: options["json"] === true ? "json" : options["jsonl"] === true ? "jsonl" : "text",
    svgFolder: options["svg"] as string | undefined,
    isQuick: options["quick"] === true,
    isQuiet: options["quiet"] === true,
    isDebug: options["debug"] === true,
  };
}

/** commander's errors in our words; what it quotes is what it got. */
function usageError({ code, message }: CommanderError, program: Command, argv: readonly string[]): UsageError {
  // For `help nope` commander quotes nothing.
  const [first, second] = argv;
  const quoted = /'([^']*)'/.exec(message)?.[1] ?? (first === "help" ? second : undefined);
  const commands = program.commands.map((command) => command.name()).join(", ");
  switch (code) {
    case "commander.unknownCommand":
    case "commander.help":
      return unexpected("", { "pt-BR": `um comando de ${commands}`, en: `a command of ${commands}` }, quoted);
    case "commander.unknownOption":
      return unexpected(
        "",
        { "pt-BR": "uma opção conhecida (veja --help)", en: "a known option (see --help)" },
        quoted,
      );
    case "commander.optionMissingArgument":
      return unexpected(quoted?.split(" ")[0] ?? "", { "pt-BR": "um valor", en: "a value" }, undefined);
    case "commander.missingArgument":
      return unexpected("", { "pt-BR": `o argumento <${quoted}>`, en: `the argument <${quoted}>` }, undefined);
    case "commander.excessArguments":
      return tooMany(quoted ?? "", message);
    default:
      return unexpected("", { "pt-BR": "argumentos válidos", en: "valid arguments" }, message);
  }
}

function tooMany(command: string, message: string): UsageError {
  const [most = "0", got = ""] = message.match(/\d+/g) ?? [];
  const expected =
    most === "0"
      ? { "pt-BR": "nenhum argumento", en: "no argument" }
      : { "pt-BR": "um único argumento", en: "a single argument" };
  return unexpected(command, expected, got);
}
