import { type CudaDiagnosis, type CudaPrecision, diagnoseCuda } from "@camada/backend-cuda";
import { describeMachine } from "../machine.ts";
import { lessonNet } from "../net/description.ts";
import { writeTrainFiles } from "../net/train-job.ts";
import { trainingFlops } from "../net/work.ts";
import type { CandidateOptions } from "../process/protocol.ts";
import { frameworksOf, startCamada, startPython } from "../process/start-worker.ts";
import { type Candidate, takeTurns } from "../process/turns.ts";
import { writeReport } from "../report-file.ts";
import { machineLines } from "../table.ts";
import type { BenchOptions } from "../usage.ts";
import { footnotes, lessonRow, lessonTable, type RowContext, speedups } from "./lesson-table.ts";
import { showProgress } from "./progress.ts";

/** Steps of a run: what waits for the device, waits once a run. */
const STEPS_OF_A_RUN = 50;
const LEAST_ROUNDS = 3;

/** Our ways: with the quickest plans by estimate, and with those that were the quickest when they were tried. */
const WAYS = {
  " compiled": { compiled: true },
  " tuned compiled": { compiled: true, tune: true },
  "": { compiled: false },
} as const;

const PRECISIONS: readonly CudaPrecision[] = ["float32", "tf32", "bf16"];

/** PyTorch's ways, and the layout in which each precision was the fastest. */
const PEERS = { eager: "", graph: " graph", compiled: " compiled graph" } as const;
const LAYOUTS = { float32: "NCHW", tf32: "NCHW", bf16: "NHWC" } as const;

/** There is no card to measure, or something that it needs is missing. */
export class NoCudaError extends Error {
  override readonly name = "NoCudaError";
}

/** @throws {NoCudaError} that names what to mend first, unless the backend `cuda` runs here. */
export function requireCuda(command: string, { problems: [problem] }: Pick<CudaDiagnosis, "problems">): void {
  if (problem === undefined) return;
  const advice = problem.command === undefined ? "" : `; ${problem.command}`;
  throw new NoCudaError(
    `${command}: expected an NVIDIA GPU that runs the backend cuda, got ${problem.details}${advice}`,
  );
}

/**
 * The lesson's training step on an NVIDIA card, eager and compiled, in every precision; PyTorch beside it where the
 * interpreters have it.
 * @returns whether everything could be measured
 * @throws {NoCudaError} where there is no card.
 */
export async function benchLessonOnCuda(options: BenchOptions, typed: string): Promise<boolean> {
  const { steps, batch, python, json } = options;
  requireCuda("lesson", await diagnoseCuda());
  const machine = describeMachine();
  for (const line of machineLines(machine)) console.log(line);
  const files = await writeTrainFiles(lessonNet, batch);
  const flops = trainingFlops(lessonNet, 1);
  console.log(`${files.about}\nbatch ${batch}, ${(flops / 1e6).toFixed(1)} MFLOP per sample; bytes on the GPU\n`);
  try {
    const contenders = (await candidates(python, machine.threads)).map((candidate) => ({
      ...candidate,
      flops,
      batch,
      samples: batch * STEPS_OF_A_RUN,
      peak: { unknown: "no peak of a GPU is measured" },
      job: files.job({ ...candidate.options, steps: STEPS_OF_A_RUN }),
    })) satisfies (Candidate & RowContext)[];
    const rounds = Math.max(LEAST_ROUNDS, Math.ceil(steps / STEPS_OF_A_RUN));
    const measurements = await takeTurns(contenders, { rounds, warmups: 1, repeats: 1 }, showProgress);
    showProgress("");
    const rows = contenders.map((contender, i) => lessonRow(measurements[i]!, contender));
    for (const line of [...lessonTable(rows), ...footnotes(rows), ...speedups(rows)]) console.log(line);
    if (json !== undefined) await writeReport(json, typed, { data: files.about, batch, flopsPerSample: flops, rows });
    return rows.every(({ failure }) => failure === undefined);
  } finally {
    await files.remove();
  }
}

type CudaCandidate = Pick<Candidate, "name" | "start"> & {
  readonly precision: CudaPrecision;
  readonly options: CandidateOptions;
};

async function candidates(pythons: readonly string[], threads: number): Promise<CudaCandidate[]> {
  const ours = PRECISIONS.flatMap((precision) =>
    Object.entries(WAYS).map(([how, options]) => ({
      name: `Camada ${precision}${how}`,
      precision,
      start: startCamada,
      options: { engine: "cuda", precision, ...options },
    })),
  );
  const peers: CudaCandidate[] = [];
  for (const python of pythons) {
    if (!(await frameworksOf(python)).includes("torch")) continue;
    for (const precision of PRECISIONS) {
      for (const [how, suffix] of Object.entries(PEERS)) {
        peers.push({
          name: `PyTorch ${precision}${suffix}`,
          precision,
          start: () => startPython(python, "torch_cuda", threads),
          options: { precision, layout: LAYOUTS[precision], how },
        });
      }
    }
  }
  return [...ours, ...peers];
}
