import { createInterface } from "node:readline";
import process from "node:process";
import type { Job, Request, TurnLength, TurnResult } from "./protocol.ts";

/** A job that is ready to run. */
export interface ReadyJob {
  readonly about: string;
  /** One run; it must not return before the work is done. Its result is the loss, where there is one. */
  run(): Promise<number | undefined>;
  /** Frees what the job holds. */
  dispose(): void;
}

/**
 * The worker's side of the protocol: answers requests on the standard input until it ends.
 * @param open makes a job ready
 */
export async function serve(open: (job: Job) => Promise<ReadyJob>): Promise<void> {
  let ready: ReadyJob | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const request = JSON.parse(line) as Request;
      if (request.command === "open") {
        ready?.dispose();
        ready = undefined;
        ready = await open(request.job);
        answer({ about: ready.about });
      } else {
        if (ready === undefined) throw new Error("turn: expected a job to be open, got none");
        answer(await runTurn(ready, request));
      }
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  }
}

/**
 * Runs a job several times.
 * @param ready job to run
 * @param length how often, or how long
 * @param now clock in ms
 */
export async function runTurn(
  ready: Pick<ReadyJob, "run">,
  { warmups, repeats, budgetMs = Infinity }: TurnLength,
  now: () => number = () => performance.now(),
): Promise<TurnResult> {
  const timesMs: number[] = [];
  const losses: number[] = [];
  let leftMs = budgetMs;
  for (let i = 0; i < warmups + repeats && leftMs > 0; i++) {
    const startMs = now();
    const loss = await ready.run();
    const elapsedMs = now() - startMs;
    if (i >= warmups) {
      timesMs.push(elapsedMs);
      leftMs -= elapsedMs;
    }
    if (loss !== undefined) losses.push(loss);
  }
  return { timesMs, losses };
}

function answer(reply: object): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
