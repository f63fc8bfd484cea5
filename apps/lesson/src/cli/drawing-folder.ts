import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chartFigure } from "../figures/chart.ts";
import { inLanguage, type Language } from "../localized.ts";
import type { Output } from "../output.ts";
import { errorSentence } from "./error-sentence.ts";
import { picturesPng } from "./png.ts";
import type { Screen } from "./screen.ts";

/** A drawing could not be written. */
class DrawingWriteError extends Error {
  override readonly name = "DrawingWriteError";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`--svg: expected to write ${path}, got ${reason}`, { cause });
    this.path = path;
  }
}

/** Writes drawings into a folder, which is made where it is missing. */
export class DrawingFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Makes the folder where it is missing.
   * @throws {DrawingWriteError}
   */
  async make(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
    } catch (cause) {
      throw new DrawingWriteError(this.#folder, cause);
    }
  }

  /**
   * Writes an output that is a drawing; the file is whole or not there.
   * @returns its path, or undefined for other outputs.
   * @throws {DrawingWriteError}
   */
  async write(output: Output, language: Language): Promise<string | undefined> {
    switch (output.kind) {
      case "figure":
        return this.#writeFile(`${output.name}.svg`, inLanguage(output.svg, language));
      case "chart":
        return this.#writeFile(`${output.name}.svg`, inLanguage(chartFigure(output).svg, language));
      case "pictures":
        return this.#writeFile(`${output.name}.png`, picturesPng(output, language));
      default:
        return undefined;
    }
  }

  async #writeFile(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.#folder, name);
    const partial = `${path}.partial`;
    await this.make();
    try {
      await writeFile(partial, content);
      await rename(partial, path);
    } catch (cause) {
      await rm(partial, { force: true }).catch(() => {});
      throw new DrawingWriteError(path, cause);
    }
    return path;
  }
}

/** Drawings of a run of cells. One that cannot be written is told in a sentence, and the cells go on. */
export class RunDrawings {
  readonly #folder: DrawingFolder;
  readonly #screen: Screen;
  #hasFailed = false;

  constructor(folder: DrawingFolder, screen: Screen) {
    this.#folder = folder;
    this.#screen = screen;
  }

  /** Whether a drawing could not be written. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Writes an output that is a drawing; its path where that went well. */
  async write(output: Output): Promise<string | undefined> {
    const { language } = this.#screen;
    try {
      return await this.#folder.write(output, language);
    } catch (error) {
      if (!(error instanceof DrawingWriteError)) throw error;
      this.#hasFailed = true;
      this.#screen.complain(`camada: ${errorSentence(error, language)}`);
      return undefined;
    }
  }
}
