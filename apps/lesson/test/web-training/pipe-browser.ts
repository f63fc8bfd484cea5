import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { requireChromium } from "@camada/vitest-setup/chromium";
import { chromiumFlags } from "@camada/vitest-setup/chromium-flags";

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A Chromium whose tabs can be in the background: Playwright takes care that every page counts as being looked at. */
export class PipeBrowser {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(child: ChildProcess, profile: string) {
    this.#child = child;
    this.#profile = profile;
    let text = "";
    (child.stdio[4] as Readable).on("data", (chunk: Buffer) => {
      const messages = (text + chunk.toString()).split("\0");
      text = messages.pop()!;
      for (const message of messages) {
        const answer = JSON.parse(message) as Answer;
        if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
      }
    });
  }

  /** Starts the system's Chromium, with its protocol on two pipes. */
  static async start(): Promise<PipeBrowser> {
    const profile = await mkdtemp(join(tmpdir(), "camada-chromium-"));
    const flags = ["--headless", "--remote-debugging-pipe", `--user-data-dir=${profile}`, ...chromiumFlags("webgl")];
    const child = spawn(requireChromium(), flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    return new PipeBrowser(child, profile);
  }

  /** Opens a tab in front of all others. */
  async open(url: string): Promise<PipeTab> {
    const { targetId } = await this.send<{ targetId: string }>("Target.createTarget", { url });
    const { sessionId } = await this.send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
    return new PipeTab(this, targetId, sessionId);
  }

  /** @throws {Error} with the browser's reason. */
  async send<Result>(method: string, params: object, sessionId?: string): Promise<Result> {
    const id = ++this.#lastId;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answered;
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as Result;
  }

  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A tab of a {@link PipeBrowser}. */
class PipeTab {
  readonly #browser: PipeBrowser;
  readonly #targetId: string;
  readonly #sessionId: string;

  constructor(browser: PipeBrowser, targetId: string, sessionId: string) {
    this.#browser = browser;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
  }

  /** Calls a function in the page, where there is nothing of this file but the argument. */
  async evaluate<Argument, Result>(work: (argument: Argument) => Result, argument: Argument): Promise<Result> {
    const expression = `(${String(work)})(${JSON.stringify(argument)})`;
    const params = { expression, returnByValue: true, awaitPromise: true };
    const { result } = await this.#browser.send<{ result: { value: Result } }>(
      "Runtime.evaluate",
      params,
      this.#sessionId,
    );
    return result.value;
  }

  /** Stops everything in the page, as browsers do with tabs that stay in the background, or lets it go on. */
  async setLife(state: "frozen" | "active"): Promise<void> {
    await this.#browser.send("Page.setWebLifecycleState", { state }, this.#sessionId);
  }

  /** Brings the tab to the front. */
  async show(): Promise<void> {
    await this.#browser.send("Target.activateTarget", { targetId: this.#targetId });
  }
}
