import { describe, expect, it } from "vitest";
import type { Job } from "../src/process/protocol.ts";
import { ReusableWorker } from "../src/process/reusable-worker.ts";

const job: Job = { kind: "op", op: "softmax", attrs: {}, options: {} };

describe("ReusableWorker", () => {
  it("keeps its process from job to job and makes another one after a failure", async () => {
    const log: string[] = [];
    let processes = 0;
    const worker = new ReusableWorker(() => {
      const number = ++processes;
      return {
        open: () => Promise.resolve({ about: `process ${number}` }),
        turn: () => (number === 1 ? Promise.reject(new Error("died")) : Promise.resolve({ timesMs: [1], losses: [] })),
        close: () => Promise.resolve(void log.push(`process ${number} ended`)),
      };
    });
    expect(await worker.open(job)).toEqual({ about: "process 1" });
    await worker.close();
    expect(await worker.open(job)).toEqual({ about: "process 1" });
    await expect(worker.turn({ warmups: 0, repeats: 1 })).rejects.toThrow("died");
    await worker.close();
    expect(log).toEqual([]);
    expect(await worker.open(job)).toEqual({ about: "process 2" });
    expect(log).toEqual(["process 1 ended"]);
    expect(await worker.turn({ warmups: 0, repeats: 1 })).toEqual({ timesMs: [1], losses: [] });
    await worker.end();
    expect(log).toEqual(["process 1 ended", "process 2 ended"]);
  });
});
