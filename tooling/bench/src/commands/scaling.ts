import { describeMachine } from "../machine.ts";
import { lessonNet, type NetDescription, pooledNet } from "../net/description.ts";
import { writeTrainFiles } from "../net/train-job.ts";
import { trainingFlops } from "../net/work.ts";
import { startCamada } from "../process/start-worker.ts";
import { type Candidate, type Measurement, takeTurns } from "../process/turns.ts";
import { writeReport } from "../report-file.ts";
import { summarize } from "../statistics.ts";
import { machineLines, table, threeDigits } from "../table.ts";
import { type BenchOptions, parseOptions, UsageError } from "../usage.ts";
import { pythonPeers } from "./peers.ts";
import { showProgress } from "./progress.ts";

const PLAN = { rounds: 4, warmups: 1, repeats: 20, budgetMs: 400 };
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const SIZES = [32, 48, 64, 96, 128, 160, 224];
/** Samples of a step where the picture's size varies: 224 × 224 of 128 would take gigabytes. */
const SIZES_BATCH = 16;
/** Only PyTorch's plain settings of each layout: this asks how times grow, not which of eight settings wins. */
const PEERS = ["PyTorch float32", "PyTorch float32 channels-last", "PyTorch bf16", "PyTorch bf16 channels-last"];

/** What `pnpm bench scaling --help` says. */
export const scalingHelp = `pnpm bench scaling [--filter batch|size|threads] [--batch N] [--engine native|wasm|js] [--threads N]
                   [--precision float32|bf16] [--level NAME] [--python PATH ...] [--json FILE]

Times training steps: of the lesson's network over batch sizes ${BATCHES[0]} to ${BATCHES.at(-1)} and over thread counts; over picture sizes
${SIZES[0]} to ${SIZES.at(-1)}, batch ${SIZES_BATCH}, of three 3 × 3 convolutions with 32, 64 and 128 channels, pooling between them and a global
mean, as the lesson's dense layer would have hundreds of millions of weights. With a --python that has PyTorch it runs beside.`;

interface Point {
  readonly axis: "batch" | "size" | "threads";
  readonly value: number;
  readonly net: NetDescription;
  readonly batch: number;
  readonly threads: number;
}

interface Row extends Omit<Point, "net"> {
  readonly net: string;
  readonly flops: number;
  readonly measurements: readonly Measurement[];
}

/**
 * How the time of a training step grows.
 * @param args what follows the command's name
 * @returns whether everything could be measured
 */
export async function benchScaling(args: readonly string[]): Promise<boolean> {
  const known = ["filter", "batch", "engine", "threads", "precision", "level", "python", "json"];
  const options = parseOptions("scaling", args, known);
  const machine = describeMachine();
  const wanted = points(options, options.threads ?? machine.threads);
  if (wanted.length === 0) {
    throw new UsageError(`scaling: expected --filter to be part of batch, size or threads, got ${options.filter}`);
  }
  for (const line of machineLines(machine)) console.log(line);
  const rows: Row[] = [];
  for (const point of wanted) {
    showProgress(`${point.axis} ${point.value}`);
    rows.push(await measurePoint(point, options));
  }
  showProgress("");
  for (const line of scalingTables(rows)) console.log(line);
  if (options.json !== undefined) {
    await writeReport(options.json, `pnpm bench scaling ${args.join(" ")}`.trim(), { rows });
  }
  return rows.every(({ measurements }) => measurements.every(({ failure }) => failure === undefined));
}

function points({ batch, filter = "" }: BenchOptions, threads: number): Point[] {
  const counts = Array.from({ length: threads }, (_, i) => i + 1);
  const all: Point[] = [
    ...BATCHES.map((value) => ({ axis: "batch" as const, value, net: lessonNet, batch: value, threads })),
    ...SIZES.map((value) => ({ axis: "size" as const, value, net: pooledNet(value), batch: SIZES_BATCH, threads })),
    ...counts.map((value) => ({ axis: "threads" as const, value, net: lessonNet, batch, threads: value })),
  ];
  return all.filter(({ axis }) => axis.includes(filter));
}

async function measurePoint(point: Point, { engine, precision, level, python }: BenchOptions): Promise<Row> {
  const { net, batch, threads } = point;
  const files = await writeTrainFiles(net, batch);
  try {
    const peers = (await pythonPeers(python, threads)).filter((peer) => {
      return PEERS.includes(peer.name) && peer.precision === precision;
    });
    const ours = { engine, threads, precision, ...(level === undefined ? {} : { level }) };
    const candidates: Candidate[] = [
      { name: `Camada ${precision}`, start: startCamada, job: files.job(ours) },
      ...peers.map(({ name, start, options }) => ({ name, start, job: files.job(options) })),
    ];
    const measurements = await takeTurns(candidates, PLAN);
    return { ...point, net: net.name, flops: trainingFlops(net, batch), measurements };
  } finally {
    await files.remove();
  }
}

/**
 * One table for each thing that varied: ours, and the fastest of the others.
 * @param rows in the order to show
 */
function scalingTables(rows: readonly Row[]): string[] {
  const axes = [...new Set(rows.map(({ axis }) => axis))];
  const failures = rows.flatMap(({ axis, value, measurements }) =>
    measurements.flatMap(({ name, failure }) =>
      failure === undefined ? [] : [`failed: ${axis} ${value}: ${name}: ${failure}`],
    ),
  );
  return [
    ...axes.flatMap((axis) => [
      "",
      ...oneTable(
        rows.filter((row) => row.axis === axis),
        axis,
      ),
    ]),
    ...failures,
  ];
}

function oneTable(rows: readonly Row[], axis: Point["axis"]): string[] {
  const columns = [axis, "ms/step", "min", "max", "GFLOP/s", "samples/s", "peer ms", "min", "times", "by min"];
  const cells = rows.map(({ value, batch, flops, measurements }) => {
    const [ours, ...peers] = measurements.map(({ timesMs }) => (timesMs.length > 0 ? summarize(timesMs) : undefined));
    const best = peers.filter((peer) => peer !== undefined).toSorted((a, b) => a.medianMs - b.medianMs)[0];
    const [ms, least] = [ours?.medianMs ?? Number.NaN, ours?.minMs ?? Number.NaN];
    const [peerMs, peerLeast] = [best?.medianMs ?? Number.NaN, best?.minMs ?? Number.NaN];
    const rates = [flops / ms / 1e6, batch / (ms / 1000)];
    const times = [ms, least, ours?.maxMs ?? Number.NaN];
    return [String(value), ...[...times, ...rates, peerMs, peerLeast, peerMs / ms, peerLeast / least].map(threeDigits)];
  });
  const about = rows[0]?.measurements.map((one) => one.about).filter((text) => text !== "") ?? [];
  return [
    ...about,
    ...table(
      columns.map((title) => ({ title })),
      cells,
    ),
  ];
}
