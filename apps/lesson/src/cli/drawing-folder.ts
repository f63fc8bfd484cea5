import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chartFigure } from "../figures/chart.ts";
import { inLanguage, type Language } from "../localized.ts";
import type { Output } from "../output.ts";
import { picturesPng } from "./png.ts";

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
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(`${path}.partial`, content);
      await rename(`${path}.partial`, path);
    } catch (cause) {
      throw new DrawingWriteError(path, cause);
    }
    return path;
  }
}
