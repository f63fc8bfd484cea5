import picocolors from "picocolors";
import type { Language } from "../localized.ts";

/** Where text goes. A Node stream has this form. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal. */
  readonly columns?: number | undefined;
}

/** Everything that the command line takes from its surroundings, so that tests can stand in for them. */
export interface Surroundings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly directory: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds from some fixed moment. */
  now(): number;
}

/** Colours, or none. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly code: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
}

const NARROWEST = 60;
const WIDEST = 120;
const DEFAULT_WIDTH = 80;

/** The terminal: results on stdout, and one status line on stderr that is redrawn where that is a terminal. */
export class Screen {
  readonly language: Language;
  /** Columns to fill. */
  readonly width: number;
  readonly style: Style;
  readonly #program: string;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #isQuiet: boolean;
  readonly #isDumb: boolean;
  #hasStatus = false;

  constructor({ stdout, stderr, env }: Surroundings, language: Language, isQuiet: boolean) {
    this.language = language;
    // A terminal that does not know its width says 0.
    const columns = stdout.columns || Number(env["COLUMNS"]) || DEFAULT_WIDTH;
    this.width = Math.min(Math.max(columns, NARROWEST), WIDEST);
    this.style = styleFor(isColored(stdout, env));
    // In a clone nothing puts the program on the path, but the root has a script for it.
    this.#program = env["npm_config_user_agent"]?.startsWith("pnpm/") === true ? "npx -y pnpm@10 camada" : "camada";
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#isQuiet = isQuiet;
    this.#isDumb = env["TERM"] === "dumb";
  }

  /** One of our commands as it is typed here, to be copied; `text` begins with `camada`. Any other text stays. */
  command(text: string): string {
    return text.replace(/^camada(?= )/, this.#program);
  }

  /** Whether the status line can be redrawn. */
  get canRedraw(): boolean {
    return this.#stderr.isTTY === true && !this.#isDumb;
  }

  /** Columns of a status line. One is left free, where a full line would wrap, and two for the `^C` of a Ctrl-C. */
  get statusWidth(): number {
    return (this.#stderr.columns || this.width) - 3;
  }

  /** Writes lines of results. */
  print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.clearStatus();
    this.#stdout.write(`${lines.map((line) => line.trimEnd()).join("\n")}\n`);
  }

  /** Shows how far the work is: redrawn in place, or a plain line where stderr is no terminal. Nothing when quiet. */
  status(text: string): void {
    if (this.#isQuiet) return;
    // Only one line can be drawn over.
    this.#stderr.write(this.canRedraw ? `\r\u001b[2K${clipped(text, this.statusWidth)}` : `${text}\n`);
    this.#hasStatus = this.canRedraw;
  }

  /** Removes the status line. */
  clearStatus(): void {
    if (this.#hasStatus) this.#stderr.write("\r\u001b[2K");
    this.#hasStatus = false;
  }

  /** Writes a sentence to stderr, also when quiet. */
  complain(text: string): void {
    this.clearStatus();
    this.#stderr.write(`${text}\n`);
  }
}

function clipped(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

function isColored(stdout: Sink, env: Surroundings["env"]): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  if (env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0") return true;
  return stdout.isTTY === true && env["TERM"] !== "dumb";
}

function styleFor(colored: boolean): Style {
  const { bold, dim, cyan, green, yellow, red } = picocolors.createColors(colored);
  return { bold, dim, code: cyan, good: green, warning: yellow, bad: red };
}
