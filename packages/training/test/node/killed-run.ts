/**
 * Trains the small run in a process of its own and saves a checkpoint after every step. Arguments: the module that
 * activates a backend, the checkpoint's path, the steps after which to stop and wait to be killed (0: never).
 * Prints one line per step or epoch, and at the end the weights.
 */
import { existsSync } from "node:fs";
import { train } from "../../src/index.ts";
import { loadCheckpoint, saveCheckpoint } from "../../src/node.ts";
import { smallRun } from "../small-run.ts";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [backend, path, waitAfter] = process.argv.slice(2) as [string, string, string];
await import(backend);
const parts = smallRun();
const resume = existsSync(path) ? await loadCheckpoint(path) : undefined;
const run = train({ ...parts, epochs: 3, checkpointEvery: { steps: 1 }, resume });
for await (const record of run) {
  if (record.type === "step") print(`step ${record.totalSteps} ${record.batch.loss} ${record.train.loss}`);
  if (record.type === "epoch") print(`epoch ${record.epoch} ${record.train.loss} ${record.test?.loss}`);
  if (record.type === "checkpoint") {
    await saveCheckpoint(path, record.checkpoint);
    if (record.checkpoint.progress.totalSteps === Number(waitAfter)) {
      print("waiting");
      // Goes on with steps that are not saved any more, until the process is killed.
      for await (const _ of run) await new Promise((resolve) => setTimeout(resolve, 20));
      await new Promise(() => setInterval(() => {}, 1000));
    }
  }
}
print(JSON.stringify(Object.values(parts.net.state()).map(({ data }) => [...data])));
