import type { Checkpoint } from "@camada/training";
import { loadCheckpoint } from "@camada/training/node";
import { join, resolve } from "node:path";
import type { CellId } from "../cell.ts";
import { CheckpointFile } from "./checkpoint-file.ts";
import type { Reporter } from "../run-cells.ts";
import type { RunTask } from "./run-command.ts";
import type { Screen } from "./screen.ts";
import { unexpected } from "./usage-error.ts";

/** Keeps the checkpoints of whole trainings; short ones are sooner repeated. */
export class CheckpointKeeper {
  readonly #task: RunTask;
  readonly #screen: Screen;
  readonly #directory: string;
  readonly #files = new Map<CellId, CheckpointFile>();

  /** @param directory where the user is. */
  constructor(task: RunTask, screen: Screen, directory: string) {
    this.#task = task;
    this.#screen = screen;
    this.#directory = directory;
  }

  /** A reporter that also writes checkpoints. */
  keeping(reporter: Reporter): Reporter {
    return {
      begin: (cell) => reporter.begin(cell),
      event: async (cell, event) => {
        const isWhole = event.type === "training" && event.plan.setting.trainSamples === undefined;
        const tell = () => reporter.event(cell, event);
        if (isWhole) {
          await this.#file(cell.id).keep(event, tell);
          return;
        }
        await this.#files.get(cell.id)?.settled();
        await tell();
      },
      end: async (outcome) => {
        await this.#files.get(outcome.cell.id)?.settled();
        await reporter.end(outcome);
      },
      finish: (outcomes, durationMs) => reporter.finish(outcomes, durationMs),
    };
  }

  /** Says how to go on with each training that was kept. */
  sayHowToResume(): void {
    for (const [id, file] of this.#files) file.sayHowToResume(`camada run ${id} --full`);
  }

  #file(id: CellId): CheckpointFile {
    const { resumeFile, outputFolder } = this.#task;
    const path = resolve(this.#directory, resumeFile ?? join(outputFolder, `${id}.checkpoint`));
    const file = this.#files.get(id) ?? new CheckpointFile(path, this.#screen, this.#directory);
    this.#files.set(id, file);
    return file;
  }
}

/**
 * The checkpoint that a cell is to go on from.
 * @throws {UsageError} when it is not one training cell alone that is to run.
 */
export async function checkpointToResume(
  { cells, resumeFile }: RunTask,
  directory: string,
): Promise<Checkpoint | undefined> {
  if (resumeFile === undefined) return undefined;
  if (cells.length !== 1 || (cells[0] !== "K3" && cells[0] !== "K8")) {
    const expected = { "pt-BR": "K3 ou K8, e nenhuma outra célula", en: "K3 or K8, and no other cell" };
    throw unexpected("--resume", expected, cells.join(" "));
  }
  return loadCheckpoint(resolve(directory, resumeFile));
}
