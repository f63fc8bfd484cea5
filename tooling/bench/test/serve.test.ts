import { describe, expect, it } from "vitest";
import { runTurn } from "../src/process/serve.ts";

/** A job whose runs take 10, 20, 30 ms and so on, by a clock of its own. */
function slowingJob() {
  let [clockMs, runs] = [0, 0];
  const run = () => {
    clockMs += ++runs * 10;
    return Promise.resolve(runs === 1 ? 2.5 : undefined);
  };
  return { run, now: () => clockMs };
}

describe("runTurn", () => {
  it("times what comes after the untimed runs, and keeps the losses of all", async () => {
    const { now, ...job } = slowingJob();
    expect(await runTurn(job, { warmups: 1, repeats: 3 }, now)).toEqual({ timesMs: [20, 30, 40], losses: [2.5] });
  });

  it("begins no other run when the time is used up, but the first in any case", async () => {
    const { now, ...job } = slowingJob();
    expect((await runTurn(job, { warmups: 0, repeats: 9, budgetMs: 25 }, now)).timesMs).toEqual([10, 20]);
    expect((await runTurn(job, { warmups: 0, repeats: 9, budgetMs: 1 }, now)).timesMs).toEqual([30]);
  });
});
