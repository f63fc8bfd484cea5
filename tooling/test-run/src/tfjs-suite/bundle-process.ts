import { fork } from "node:child_process";
import type { SpecResult } from "./judge.ts";

/** Runs a bundle for Node in a process of its own. @throws {Error} when it does not come to its end. */
export function runBundle(file: string, args: readonly string[]): Promise<SpecResult[]> {
  const child = fork(file, [...args], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(String(chunk)));
  return new Promise((resolve, reject) => {
    let specs: SpecResult[] | undefined;
    child.on("message", (message) => (specs = message as SpecResult[]));
    child.on("error", reject);
    child.on("close", (code) => {
      if (specs !== undefined) resolve(specs);
      else reject(new Error(`tfjs suite: expected results, got exit code ${code}\n${output.join("").slice(-4000)}`));
    });
  });
}
