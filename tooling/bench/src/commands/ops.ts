import { diagnoseCuda } from "@camada/backend-cuda";
import { describeMachine } from "../machine.ts";
import type { OpCase } from "../ops/case.ts";
import { convolutionCases } from "../ops/convolution-cases.ts";
import { denseCases } from "../ops/dense-cases.ts";
import { memoryCases } from "../ops/memory-cases.ts";
import { frameworksOf, startCamada, startPython } from "../process/start-worker.ts";
import { ReusableWorker } from "../process/reusable-worker.ts";
import { takeTurns } from "../process/turns.ts";
import type { CandidateOptions } from "../process/protocol.ts";
import { writeReport } from "../report-file.ts";
import { machineLines } from "../table.ts";
import { type BenchOptions, parseOptions, UsageError } from "../usage.ts";
import { requireCuda } from "./lesson-cuda.ts";
import { opRow, type OpRow, opsRemarks, opsTable } from "./ops-table.ts";
import { showProgress } from "./progress.ts";

const PLAN = { rounds: 6, warmups: 1, repeats: 50, budgetMs: 30 };
/** Starting a graph and waiting for it takes some ten microseconds. */
const CALLS = 50;
const cases: readonly OpCase[] = [...convolutionCases, ...denseCases, ...memoryCases];

/** What `pnpm bench ops --help` says. */
export const opsHelp = `pnpm bench ops [--filter TEXT] [--engine native|wasm|js] [--threads N] [--precision float32|bf16] [--level NAME]
               [--python PATH ...] [--json FILE]
pnpm bench ops --backend cuda [--filter TEXT] [--precision float32|tf32] [--tune] [--python PATH ...] [--json FILE]

Times single operations: ${cases.length} of them, those whose names contain TEXT. With a --python that has PyTorch each runs there
too, on the same numbers, contiguous and channels-last, in turns; "times" is the best peer's time by ours. With --backend cuda
convolutions and products on an NVIDIA GPU, ${CALLS} times in a CUDA graph: what the device takes, not what starts it; with
--tune in the ways that were the quickest when they were tried there.`;

interface Contender {
  readonly name: string;
  readonly worker: ReusableWorker;
  readonly options: CandidateOptions;
}

/** What is measured, how, and by whom. */
interface Contest {
  readonly cases: readonly OpCase[];
  /** How often an operation is done in what is timed. */
  readonly calls: number;
  readonly ours: CandidateOptions;
  /** A worker of PyTorch, and what else its jobs are told. */
  readonly peer: { readonly worker: "torch" | "torch_cuda"; readonly options: CandidateOptions };
}

/** Sums of products, which PyTorch leaves to cuDNN and cuBLAS, and what goes with them; no step that updates is replayed. */
export const CUDA_CASES: readonly OpCase[] = [...convolutionCases, ...denseCases].filter(
  ({ op }) => op !== "sgdUpdate",
);

async function contestOf(options: BenchOptions, threads: number): Promise<Contest> {
  const { backend, engine, precision, level, tune } = options;
  if (backend === "cpu") {
    if (tune) throw new UsageError("ops: expected --tune with --backend cuda, got it with cpu");
    const ours = { engine, threads, precision, ...(level === undefined ? {} : { level }) };
    return { cases, calls: 1, ours, peer: { worker: "torch", options: { threads } } };
  }
  // Autocast would not reach the operations that gradients are made of.
  if (precision === "bf16")
    throw new UsageError("ops: expected --precision to be one of float32, tf32 with cuda, got bf16");
  requireCuda("ops", await diagnoseCuda());
  const common = { precision, calls: CALLS };
  const peer = { worker: "torch_cuda", options: common } as const;
  return { cases: CUDA_CASES, calls: CALLS, ours: { engine: "cuda", ...common, tune }, peer };
}

/**
 * Operations one by one, ours and PyTorch's.
 * @param args what follows the command's name
 * @returns whether everything could be measured
 */
export async function benchOps(args: readonly string[]): Promise<boolean> {
  const known = ["backend", "filter", "engine", "threads", "precision", "level", "tune", "python", "json"];
  const options = parseOptions("ops", args, known);
  const { filter = "", python, json } = options;
  const machine = describeMachine();
  const threads = options.threads ?? machine.threads;
  const contest = await contestOf(options, threads);
  const wanted = contest.cases.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  if (wanted.length === 0)
    throw new UsageError(`ops: expected --filter to be part of an operation's name, got ${filter}`);
  for (const line of machineLines(machine)) console.log(line);
  const { ours, peer, calls } = contest;
  const contenders: Contender[] = [{ name: "Camada", worker: new ReusableWorker(startCamada), options: ours }];
  for (const path of python) {
    if (!(await frameworksOf(path)).includes("torch"))
      throw new UsageError(`ops: expected --python to have PyTorch, got ${path}`);
    for (const layout of ["NCHW", "NHWC"]) {
      const worker = new ReusableWorker(() => startPython(path, peer.worker, threads));
      const name = layout === "NHWC" ? "PyTorch channels-last" : "PyTorch";
      contenders.push({ name, worker, options: { ...peer.options, layout } });
    }
  }
  const rows: OpRow[] = [];
  const abouts = new Map<string, string>();
  try {
    for (const [i, opCase] of wanted.entries()) {
      showProgress(`${i + 1} of ${wanted.length}: ${opCase.name}`);
      const measurements = await takeTurns(candidatesOf(opCase, contenders), PLAN);
      for (const { name, about } of measurements) if (about !== "") abouts.set(name, about);
      rows.push(
        opRow(
          opCase,
          measurements.map((one) => ({ ...one, timesMs: one.timesMs.map((ms) => ms / calls) })),
        ),
      );
    }
  } finally {
    for (const { worker } of contenders) await worker.end();
  }
  showProgress("");
  for (const [name, about] of abouts) console.log(`${name}: ${about}`);
  for (const line of ["", ...opsTable(rows), ...opsRemarks(rows)]) console.log(line);
  const contendersInFile = Object.fromEntries(abouts);
  if (json !== undefined) {
    await writeReport(json, `pnpm bench ops ${args.join(" ")}`.trim(), { threads, contenders: contendersInFile, rows });
  }
  return rows.every(({ problems }) => problems.length === 0);
}

/** Layouts differ for images alone: for the rest PyTorch's second worker would do the same again. */
function candidatesOf({ op, attrs }: OpCase, contenders: readonly Contender[]) {
  const hasImages = "input" in attrs;
  return contenders
    .filter(({ options }) => hasImages || options["layout"] !== "NHWC")
    .map(({ name, worker, options }) => ({
      name,
      job: { kind: "op" as const, op, attrs, options },
      start: () => worker,
    }));
}
