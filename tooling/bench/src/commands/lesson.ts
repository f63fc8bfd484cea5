import { describeMachine, type Machine } from "../machine.ts";
import { lessonNet } from "../net/description.ts";
import { writeTrainFiles } from "../net/train-job.ts";
import { forwardFlops, trainingFlops } from "../net/work.ts";
import { measurePeaks, peakText, type Precision } from "../peak/peak.ts";
import { startCamada } from "../process/start-worker.ts";
import { type Candidate, takeTurns } from "../process/turns.ts";
import { writeReport } from "../report-file.ts";
import { machineLines } from "../table.ts";
import { type CpuBenchOptions, parseOptions } from "../usage.ts";
import { benchLessonOnCuda } from "./lesson-cuda.ts";
import { footnotes, lessonRow, lessonTable, type RowContext, speedups } from "./lesson-table.ts";
import { pythonPeers } from "./peers.ts";
import { showProgress } from "./progress.ts";

/** Timed steps of a turn. */
const STEPS_OF_A_TURN = 5;
/** tfjs's JavaScript needs minutes for a step of 128: it gets fewer samples and few steps. */
const SMALL_BATCH = 8;
const FEW_STEPS = { rounds: 2, warmups: 0, repeats: 1 };

/** What `pnpm bench lesson --help` says. */
export const lessonHelp = `pnpm bench lesson [--backend cpu|cuda] [--steps N] [--batch N] [--engine native|wasm|js] [--threads N] [--precision float32|bf16]
                  [--level NAME] [--peers] [--python PATH ...] [--json FILE]

Trains the lesson's network (cell K8; SGD, rate 0.01, momentum 0.9) for N steps, 50 unless said otherwise, with batches of
128 of Fashion-MNIST. --python does the same with PyTorch, TensorFlow and MXNet where that interpreter has them, --peers
with tfjs, which takes minutes: same data, first weights, threads; in turns of ${STEPS_OF_A_TURN} steps, every other round backwards; whoever waits is stopped.

--backend cuda is the same on an NVIDIA GPU, eager and compiled, in float32, tf32 and bf16: pictures lie there as bytes, every
step gathers its batch from them, losses are read once in 50 steps. --python then adds PyTorch eager, as a CUDA graph, and
compiled with max-autotune in one; its images, batches and losses likewise.`;

/**
 * The lesson's training step, ours and the peers'.
 * @param args what follows the command's name
 * @returns whether everything could be measured
 */
export async function benchLesson(args: readonly string[]): Promise<boolean> {
  const known = ["backend", "steps", "batch", "engine", "threads", "precision", "level", "peers", "python", "json"];
  const options = parseOptions("lesson", args, known);
  if (options.backend === "cuda") {
    return benchLessonOnCuda(options, `pnpm bench lesson ${args.join(" ")}`.trim());
  }
  const { steps, batch, engine, level } = options;
  const machine = describeMachine();
  const threads = options.threads ?? machine.threads;
  const peers = await pythonPeers(options.python, threads);
  for (const line of machineLines(machine)) console.log(line);
  const peaks = await measurePeaks(machine, threads);
  console.log(`peak of ${threads} threads: float32 ${peakText(peaks.float32)}, bf16 ${peakText(peaks.bf16)}`);

  const files = await writeTrainFiles(lessonNet, batch);
  const small = options.peers ? await writeTrainFiles(lessonNet, SMALL_BATCH) : undefined;
  const flops = trainingFlops(lessonNet, 1);
  console.log(`${files.about}\nbatch ${batch}, ${(flops / 1e6).toFixed(1)} MFLOP per sample\n`);
  const common = { precision: "float32" as Precision, flops, samples: batch, batch };
  const contenders: Contender[] = oursToRun(options, machine).map((precision) => ({
    ...common,
    precision,
    name: `Camada ${precision}`,
    start: startCamada,
    job: files.job({ engine, threads, precision, ...(level === undefined ? {} : { level }) }),
  }));
  contenders.push(...peers.map((peer) => ({ ...common, ...peer, job: files.job(peer.options) })));
  try {
    if (small !== undefined) {
      contenders.push({
        ...common,
        name: "tfjs wasm",
        note: "forward pass alone, tfjs's WebAssembly has no gradient of a convolution's weights",
        flops: forwardFlops(lessonNet, 1),
        start: startCamada,
        job: files.job({ engine: "tfjs-wasm", forwardOnly: true }),
      });
      contenders.push({
        ...common,
        name: "tfjs cpu",
        note: `${FEW_STEPS.rounds} steps of ${SMALL_BATCH} samples, multiplied`,
        samples: SMALL_BATCH,
        plan: FEW_STEPS,
        start: startCamada,
        job: small.job({ engine: "tfjs-cpu" }),
      });
    }
    const plan = { rounds: Math.ceil(steps / STEPS_OF_A_TURN), warmups: 1, repeats: Math.min(steps, STEPS_OF_A_TURN) };
    const measurements = await takeTurns(contenders, plan, showProgress);
    showProgress("");
    const rows = contenders.map((contender, i) => {
      return lessonRow(measurements[i]!, { ...contender, peak: peaks[contender.precision] });
    });
    for (const line of [...lessonTable(rows), ...footnotes(rows), ...speedups(rows)]) console.log(line);
    if (options.json !== undefined) {
      const command = `pnpm bench lesson ${args.join(" ")}`.trim();
      await writeReport(options.json, command, {
        data: files.about,
        batch,
        flopsPerSample: flops,
        threads,
        peaks,
        rows,
      });
    }
    return rows.every(({ failure }) => failure === undefined);
  } finally {
    await files.remove();
    await small?.remove();
  }
}

/** A candidate with what its rates follow from. */
type Contender = Candidate & Omit<RowContext, "peak" | "precision"> & { readonly precision: Precision };

/** Beside peers of both precisions ours stands in both, where the machine has instructions for bf16. */
function oursToRun({ python, peers, engine, precision }: CpuBenchOptions, { features }: Machine): Precision[] {
  const isBoth = (peers || python.length > 0) && engine === "native";
  return isBoth && features.some((name) => /^(avx512|amx)_bf16$/.test(name)) ? ["float32", "bf16"] : [precision];
}
