import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { root } from "./check/command.ts";
import type { SuiteReport } from "./report.ts";

/** The projects of `vitest.config.ts` that run the CUDA backend: engines of tfjs-core's suite too. */
export const CUDA = "cuda";
export const SIMULATION = "cuda-simulated";
/** The project that compiles every kernel for every generation of cards. */
const COMPILATION = "cuda-nvrtc";

/** What this machine lacks for the CUDA backend. */
export interface MissingForCuda {
  /** Why the backend cannot run: no driver, no card, no compiler. Absent where it can. */
  readonly card?: string;
  /** Why its kernels cannot be compiled. Absent where they can. */
  readonly compiler?: string;
  /** Why its device cannot be simulated. Absent where it can. */
  readonly simulation?: string;
  /** What is wrong with the backend. */
  readonly problem?: string;
}

/** Finds out in a process of its own, which a broken driver may take with it. */
export async function findMissingForCuda(): Promise<MissingForCuda> {
  const script = join(root, "packages/backend-cuda/scripts/report-cuda.ts");
  const options = ["--import", "tsx", "--conditions=@camada/source", script];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: root });
    return JSON.parse(stdout) as MissingForCuda;
  } catch (error) {
    const problem = `asking for a card ends the process: ${String(error).split("\n", 1)[0]}`;
    return { card: problem, compiler: problem, simulation: problem, problem };
  }
}

/** Projects that cannot run here. */
export function idleCudaProjects({ card, compiler, simulation }: MissingForCuda): string[] {
  const reasons = { [CUDA]: card, [COMPILATION]: compiler, [SIMULATION]: simulation };
  return Object.keys(reasons).filter((project) => reasons[project as keyof typeof reasons] !== undefined);
}

/** Stands for the suites of the CUDA backend that cannot run, which no machine without a card has to. */
export function absentCuda({ card, compiler, simulation, problem }: MissingForCuda): SuiteReport[] {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  if (problem !== undefined) return [{ name: CUDA, totals, problems: [problem] }];
  const absent = (name: string, reason: string | undefined, command: string): SuiteReport[] =>
    reason === undefined ? [] : [{ name, totals, problems: [], missing: { reason, command, isOptional: true } }];
  return [
    ...absent(CUDA, card, "pnpm test on a machine with an NVIDIA GPU, its driver and NVRTC"),
    ...absent(COMPILATION, compiler, "pip install nvidia-cuda-nvrtc && pnpm test"),
    ...absent(SIMULATION, simulation, "apt-get install g++ && pnpm test"),
  ];
}
