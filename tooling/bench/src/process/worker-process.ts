import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import process from "node:process";
import {
  type Job,
  type Opened,
  parseOpened,
  parseTurn,
  ProtocolError,
  type Request,
  type TurnLength,
  type TurnResult,
} from "./protocol.ts";

/** How to start a worker. */
export interface WorkerCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A stopped process would outlive this one. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * A long-lived process that measures one candidate, driven by lines of JSON.
 *
 * Between its turns it is stopped by signal: no thread of it can spin, collect garbage or otherwise take part in
 * somebody else's time, so that a framework may wait for work in whatever way is best for its own turn.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  #lastWords = "";
  #ended = false;

  /** Starts the process. It fails no sooner than at the first request. */
  constructor({ file, args, env = {} }: WorkerCommand) {
    this.#child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    this.#reader = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#reader[Symbol.asyncIterator]();
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-4_000);
    });
    this.#child.stdin!.on("error", () => {}); // A worker that died is noticed where its answer is missing.
    this.#child.on("error", (error) => {
      this.#lastWords += `\n${error.message}`;
      this.#reader.close();
    });
    running.add(this.#child);
    this.#child.on("exit", () => {
      this.#ended = true;
      running.delete(this.#child);
    });
  }

  /** Gives the worker something to do. @throws {ProtocolError} when it cannot. */
  async open(job: Job): Promise<Opened> {
    return parseOpened(await this.#ask({ command: "open", job }));
  }

  /** Lets the worker run. @throws {ProtocolError} when it fails. */
  async turn({ warmups, repeats, budgetMs }: TurnLength): Promise<TurnResult> {
    const limit = budgetMs === undefined ? {} : { budgetMs };
    return parseTurn(await this.#ask({ command: "turn", warmups, repeats, ...limit }));
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#signal("SIGCONT");
    this.#reader.close();
    this.#child.stdin!.end();
    if (this.#ended || this.#child.pid === undefined) return;
    const exit = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGKILL");
    await exit;
  }

  async #ask(request: Request): Promise<string> {
    this.#signal("SIGCONT");
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new ProtocolError(await this.#lastLine());
    this.#signal("SIGSTOP");
    return value;
  }

  /** Windows has no such signals; the processes then merely wait. */
  #signal(signal: "SIGCONT" | "SIGSTOP"): void {
    if (process.platform !== "win32" && !this.#ended) this.#child.kill(signal);
  }

  /** What the process said last, once it said everything. */
  async #lastLine(): Promise<string> {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined) {
      await new Promise((resolve) => this.#child.once("close", resolve));
    }
    const { exitCode, signalCode } = this.#child;
    const line = this.#lastWords.trim().split("\n").at(-1);
    return line || `ended without a word, ${signalCode ?? `exit code ${exitCode}`}`;
  }
}
