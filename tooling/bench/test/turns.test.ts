import { describe, expect, it } from "vitest";
import { pooledNet } from "../src/net/description.ts";
import type { Job } from "../src/process/protocol.ts";
import { type Candidate, takeTurns, type TurnTaker } from "../src/process/turns.ts";

const files = { images: "", labels: "", weights: "" };
const sgd = { learningRate: 0.01, momentum: 0.9 };
const job: Job = { kind: "train", net: pooledNet(32), batch: 1, ...sgd, files, batches: 1, options: {} };

/** Candidates that write down their turns. */
function standIns(log: string[], failing: Readonly<Record<string, number>> = {}) {
  return (name: string): Candidate => {
    let turns = 0;
    const taker: TurnTaker = {
      open: () => Promise.resolve({ about: `about ${name}` }),
      turn({ warmups, repeats }) {
        log.push(`${name} ${warmups}+${repeats}`);
        if (turns++ === failing[name]) return Promise.reject(new Error("no such kernel"));
        return Promise.resolve({ timesMs: Array<number>(repeats).fill(turns), losses: [turns] });
      },
      close: () => Promise.resolve(void log.push(`${name} closed`)),
    };
    return { name, job, start: () => taker };
  };
}

describe("takeTurns", () => {
  it("goes forth and back, the first round without a clock", async () => {
    const log: string[] = [];
    const candidates = ["a", "b"].map(standIns(log));
    const measurements = await takeTurns(candidates, { rounds: 2, warmups: 1, repeats: 3 });
    expect(log).toEqual(["a 2+0", "b 2+0", "a 1+3", "b 1+3", "b 1+3", "a 1+3", "a closed", "b closed"]);
    expect(measurements[0]).toEqual({
      name: "a",
      about: "about a",
      timesMs: [2, 2, 2, 3, 3, 3],
      losses: [1, 2, 3],
    });
  });

  it("leaves one that fails out and measures the others", async () => {
    const log: string[] = [];
    const candidates = ["a", "b"].map(standIns(log, { a: 2 }));
    const [a, b] = await takeTurns(candidates, { rounds: 3, warmups: 1, repeats: 1 });
    expect(a).toMatchObject({ failure: "no such kernel", timesMs: [2] });
    expect(b).not.toHaveProperty("failure");
    expect(b?.timesMs).toEqual([2, 3, 4]);
    expect(log.filter((line) => line === "a closed")).toHaveLength(1);
  });

  it("follows a candidate's own plan, without a round of warming up", async () => {
    const log: string[] = [];
    const [fast, slow] = ["fast", "slow"].map(standIns(log)) as [Candidate, Candidate];
    const own = { ...slow, plan: { rounds: 1, warmups: 0, repeats: 1 } };
    const measurements = await takeTurns([fast, own], { rounds: 2, warmups: 1, repeats: 5 });
    expect(measurements.map(({ timesMs }) => timesMs.length)).toEqual([10, 1]);
    expect(log.filter((line) => line.startsWith("slow"))).toEqual(["slow 0+1", "slow closed"]);
  });
});
