import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { UsageError } from "../usage.ts";
import { WorkerProcess } from "./worker-process.ts";

const run = promisify(execFile);
const sources = join(import.meta.dirname, "..");

/** Frameworks that a Python interpreter can have and that there is a worker for. */
const frameworks = ["torch", "tensorflow", "mxnet"] as const;

/** A framework that a worker measures. */
export type Framework = (typeof frameworks)[number];

/** In a bundle the workers are bundles too. */
const camadaWorker = import.meta.url.endsWith(".ts") ? "workers/camada.ts" : "workers/camada.mjs";

/** Starts a worker of ours, with the loader and conditions of this process. */
export function startCamada(): WorkerProcess {
  return new WorkerProcess({ file: process.execPath, args: [...process.execArgv, join(sources, camadaWorker)] });
}

/**
 * Starts a worker in Python.
 * @param python interpreter
 * @param framework that it measures; `torch_cuda` is PyTorch on a GPU
 * @param threads of the framework; some read it from the environment alone
 */
export function startPython(python: string, framework: Framework | "torch_cuda", threads: number): WorkerProcess {
  const script = join(sources, "python", `${framework}_worker.py`);
  // How threads wait is left to the framework: being stopped between turns, they may spin, and PyTorch's step took as
  // long with OMP_WAIT_POLICY active or passive as without.
  const env = { OMP_NUM_THREADS: String(threads), PYTHONDONTWRITEBYTECODE: "1" };
  return new WorkerProcess({ file: python, args: [script], env });
}

/**
 * The frameworks that an interpreter can import.
 * @param python interpreter
 * @throws {UsageError} when there is no such interpreter
 */
export async function frameworksOf(python: string): Promise<Framework[]> {
  const script = `import importlib.util as u\nprint(*[m for m in ${JSON.stringify(frameworks)} if u.find_spec(m)])`;
  let stdout: string;
  try {
    ({ stdout } = await run(python, ["-c", script]));
  } catch (cause) {
    throw new UsageError(`expected --python to be an interpreter that runs, got ${python}`, { cause });
  }
  return frameworks.filter((name) => stdout.trim().split(" ").includes(name));
}
