import type { CheckpointRecord } from "@camada/training";
import { CheckpointWriteError, saveCheckpoint } from "@camada/training/node";
import { mkdir, stat } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { errorSentence } from "./error-sentence.ts";
import type { TrainingEvent } from "./render-training.ts";
import type { Screen } from "./screen.ts";

/** The file that a training's state is kept in. */
export class CheckpointFile {
  readonly path: string;
  readonly #screen: Screen;
  readonly #directory: string;
  #kept: { readonly epoch: number; readonly step: number } | undefined;
  #hasFailed = false;
  #isWriting = false;
  /** The writing, and what is told behind it. */
  #line = Promise.resolve();

  /** @param directory where the user is: paths are shown from there. */
  constructor(path: string, screen: Screen, directory: string) {
    this.path = path;
    this.#screen = screen;
    this.#directory = directory;
  }

  /** Whether a checkpoint could not be written. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether the file holds a state of this run. */
  get isWritten(): boolean {
    return this.#kept !== undefined;
  }

  /** The path as the user would write it. */
  get shownPath(): string {
    const shown = relative(this.#directory, this.path);
    return shown.startsWith("..") ? this.path : shown;
  }

  /** Whether there is a file already. */
  async exists(): Promise<boolean> {
    return stat(this.path).then(
      () => true,
      () => false,
    );
  }

  /**
   * Begins to write the state of a checkpoint event, and tells of it once that is done; events that come meanwhile wait in
   * line behind it. So the training goes on, up to the next checkpoint or its end, and whoever is told of a step finds
   * the state before it on the disk.
   */
  async keep({ record }: TrainingEvent, tell: () => void | Promise<void>): Promise<void> {
    if (this.#isWriting && record.type !== "checkpoint" && record.type !== "end") {
      this.#wait(this.#line.then(tell));
      return;
    }
    await this.#line;
    if (record.type === "checkpoint") this.#wait(this.#write(record).then(tell));
    else await tell();
  }

  /** Waits until all events have been told. */
  async settled(): Promise<void> {
    await this.#line;
  }

  /** What fails is thrown where the line is waited for. */
  #wait(line: Promise<void>): void {
    this.#line = line;
    line.catch(() => {});
  }

  /** A full disk is told in a sentence and does not end the training. */
  async #write(record: CheckpointRecord): Promise<void> {
    this.#isWriting = true;
    try {
      await mkdir(dirname(this.path), { recursive: true }).catch((cause: unknown) => {
        throw new CheckpointWriteError(this.path, 0, cause);
      });
      await saveCheckpoint(this.path, record.checkpoint);
      this.#kept = record;
    } catch (error) {
      if (!(error instanceof CheckpointWriteError)) throw error;
      this.#hasFailed = true;
      this.#screen.complain(`camada: ${errorSentence(error, this.#screen.language)}`);
    } finally {
      this.#isWriting = false;
    }
  }

  /** Says how to go on with a training that was stopped. */
  sayHowToResume(command: string): void {
    if (this.#kept === undefined) return;
    const { epoch, step } = this.#kept;
    const isWhole = step === 0;
    const sentence = {
      "pt-BR": isWhole ? `O estado depois da época ${epoch}` : `O estado depois do passo ${step} da época ${epoch}`,
      en: isWhole ? `The state after epoch ${epoch}` : `The state after step ${step} of epoch ${epoch}`,
    };
    const { language } = this.#screen;
    // The command has a line of its own, whole, to be copied.
    this.#screen.complain(`${sentence[language]} ${KEPT[language]}`);
    this.#screen.complain(`  ${this.#screen.command(command)} --resume ${this.shownPath}`);
  }
}

const KEPT = { "pt-BR": "está guardado. Para continuar:", en: "is kept. To go on:" } as const;
