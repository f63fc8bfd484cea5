import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { activeBackend } from "@camada/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const backend = join(root, `tooling/vitest/src/${activeBackend()!.info.engine === "js" ? "cpu-js" : "cpu"}.ts`);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "camada-killed-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Lines that a training process printed until it ended or, as soon as it waits, was killed. */
async function trainIn(path: string, waitAfter: number): Promise<{ lines: string[]; signal: string | null }> {
  const script = fileURLToPath(new URL("killed-run.ts", import.meta.url));
  const options = ["--import", "tsx", "--conditions", "@camada/source"];
  const child = spawn(process.execPath, [...options, script, backend, path, String(waitAfter)], { cwd: root });
  let output = "";
  let complaints = "";
  child.stderr.on("data", (data) => (complaints += String(data)));
  child.stdout.on("data", (data) => {
    output += String(data);
    if (output.endsWith("waiting\n")) child.kill("SIGKILL");
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on("close", (...ended) => resolve(ended)),
  );
  if (code !== 0 && signal === null) throw new Error(complaints);
  return { lines: output.trimEnd().split("\n"), signal };
}

describe("a killed training process", () => {
  it("resumed from its last checkpoint ends as one that was not killed", { timeout: 60_000 }, async () => {
    const whole = await trainIn(join(folder, "whole.ckpt"), 0);
    expect(whole.signal).toBeNull();
    expect(whole.lines).toHaveLength(9 + 3 + 1);

    const path = join(folder, "killed.ckpt");
    const killed = await trainIn(path, 5);
    expect(killed.signal).toBe("SIGKILL");
    expect(killed.lines).toEqual([...whole.lines.slice(0, 6), "waiting"]);

    const resumed = await trainIn(path, 0);
    expect(resumed.signal).toBeNull();
    expect(resumed.lines).toEqual(whole.lines.slice(6));
  });
});
