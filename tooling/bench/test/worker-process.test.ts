import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../src/process/protocol.ts";
import { WorkerProcess } from "../src/process/worker-process.ts";
import { pooledNet } from "../src/net/description.ts";
import type { Job } from "../src/process/protocol.ts";

const job: Job = {
  kind: "train",
  net: pooledNet(32),
  batch: 1,
  learningRate: 0.01,
  momentum: 0.9,
  files: { images: "", labels: "", weights: "" },
  batches: 1,
  options: {},
};

/** A worker of a few lines of JavaScript, which sees each request as `request`. */
function fakeWorker(body: string): WorkerProcess {
  const script = `
    const reply = (value) => console.log(JSON.stringify(value));
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const request = JSON.parse(line);
      ${body}
    });`;
  return new WorkerProcess({ file: process.execPath, args: ["-e", script] });
}

describe("WorkerProcess", () => {
  it("asks and reads the answer", async () => {
    const worker = fakeWorker(`
      if (request.command === "open") reply({ about: request.job.net.name + " " + process.pid });
      else reply({ timesMs: Array(request.repeats).fill(request.warmups), losses: [] });`);
    const { about } = await worker.open(job);
    expect(about).toMatch(/^pooled 32 \d+$/);
    expect(await worker.turn({ warmups: 7, repeats: 2 })).toEqual({ timesMs: [7, 7], losses: [] });
    await worker.close();
  });

  it("stops the process between turns", async () => {
    const worker = fakeWorker("reply({ about: String(process.pid) });");
    const { about: pid } = await worker.open(job);
    const state = () => execFileSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" }).trim()[0];
    await expect.poll(state).toBe("T");
    await worker.close();
    expect(() => execFileSync("ps", ["-p", pid])).toThrow();
  });

  it("quotes the last line of a worker that dies", async () => {
    const worker = fakeWorker('console.error("first\\nImportError: no such library"); process.exit(1);');
    await expect(worker.open(job)).rejects.toThrow(new ProtocolError("ImportError: no such library"));
    await worker.close();
  });

  it("says how a silent worker ended", async () => {
    const worker = fakeWorker("process.exit(3);");
    await expect(worker.open(job)).rejects.toThrow("exit code 3");
    await worker.close();
  });

  it("says that a program is not there", async () => {
    const worker = new WorkerProcess({ file: "/nowhere/python", args: [] });
    await expect(worker.open(job)).rejects.toThrow("/nowhere/python ENOENT");
    await worker.close();
  });
});
