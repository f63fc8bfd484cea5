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
import { parseOptions, UsageError } from "../usage.ts";
import { opRow, type OpRow, opsRemarks, opsTable } from "./ops-table.ts";
import { showProgress } from "./progress.ts";

const PLAN = { rounds: 6, warmups: 1, repeats: 50, budgetMs: 30 };
const cases: readonly OpCase[] = [...convolutionCases, ...denseCases, ...memoryCases];

/** What `pnpm bench ops --help` says. */
export const opsHelp = `pnpm bench ops [--filter TEXT] [--engine native|wasm|js] [--threads N] [--precision float32|bf16] [--level NAME]
               [--python PATH ...] [--json FILE]

Times single operations: ${cases.length} of them, those whose names contain TEXT. With a --python that has PyTorch each runs there
too, on the same numbers, contiguous and channels-last, in turns; "times" is the best peer's time by ours.`;

interface Contender {
  readonly name: string;
  readonly worker: ReusableWorker;
  readonly options: CandidateOptions;
}

/**
 * Operations one by one, ours and PyTorch's.
 * @param args what follows the command's name
 * @returns whether everything could be measured
 */
export async function benchOps(args: readonly string[]): Promise<boolean> {
  const known = ["filter", "engine", "threads", "precision", "level", "python", "json"];
  const { filter = "", engine, precision, level, python, json, ...options } = parseOptions("ops", args, known);
  const wanted = cases.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  if (wanted.length === 0)
    throw new UsageError(`ops: expected --filter to be part of an operation's name, got ${filter}`);
  const machine = describeMachine();
  const threads = options.threads ?? machine.threads;
  for (const line of machineLines(machine)) console.log(line);
  const ours = { engine, threads, precision, ...(level === undefined ? {} : { level }) };
  const contenders: Contender[] = [{ name: "Camada", worker: new ReusableWorker(startCamada), options: ours }];
  for (const path of python) {
    if (!(await frameworksOf(path)).includes("torch"))
      throw new UsageError(`ops: expected --python to have PyTorch, got ${path}`);
    for (const layout of ["NCHW", "NHWC"]) {
      const worker = new ReusableWorker(() => startPython(path, "torch", threads));
      const name = layout === "NHWC" ? "PyTorch channels-last" : "PyTorch";
      contenders.push({ name, worker, options: { layout, threads } });
    }
  }
  const rows: OpRow[] = [];
  const abouts = new Map<string, string>();
  try {
    for (const [i, opCase] of wanted.entries()) {
      showProgress(`${i + 1} of ${wanted.length}: ${opCase.name}`);
      const measurements = await takeTurns(candidatesOf(opCase, contenders), PLAN);
      for (const { name, about } of measurements) if (about !== "") abouts.set(name, about);
      rows.push(opRow(opCase, measurements));
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
