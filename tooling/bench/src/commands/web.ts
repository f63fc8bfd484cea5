import { describeMachine } from "../machine.ts";
import { writeReport } from "../report-file.ts";
import { summarize, type Summary } from "../statistics.ts";
import { machineLines, table, threeDigits } from "../table.ts";
import { parseOptions } from "../usage.ts";
import { type BrowserBench, type BrowserSite, startSite } from "../web/browser-site.ts";
import type { WebContender, WebWork } from "../web/protocol.ts";
import { showProgress } from "./progress.ts";

/** Backends of `web/site/backends.ts`. */
interface BenchedBackend {
  readonly name: string;
  /** What is to be said of it. */
  readonly note: string;
  /** Every other one backwards. */
  readonly rounds: number;
  /** Timed runs of a turn, by batch. */
  readonly runs: Readonly<Record<number, number>>;
}

const BACKENDS: readonly BenchedBackend[] = [
  {
    name: "wasm",
    note: "tfjs's WebAssembly cannot train: it has no gradient of a convolution's filters. Its steps here use one made of its own kernels.",
    ...{ rounds: 4, runs: { 8: 8, 32: 4, 128: 2 } },
  },
  {
    name: "wasm-threads",
    note: "wasm-threads: one thread for each core, tfjs on one, as its threaded build hangs when it is minified.",
    ...{ rounds: 4, runs: { 8: 8, 32: 4, 128: 2 } },
  },
  {
    name: "webgl",
    note: "webgl: on a machine without a GPU the CPU draws, and the figures say nothing of GPUs.",
    // Where software draws, tfjs takes nine seconds for its step of 32.
    ...{ rounds: 3, runs: { 8: 4, 32: 2, 128: 1 } },
  },
  {
    name: "webgpu",
    note: "webgpu: on a machine without a GPU both are played by the CPU, in minutes a step; then it is no measure of GPUs.",
    ...{ rounds: 2, runs: { 8: 2, 32: 1, 128: 1 } },
  },
];
const BATCHES = [8, 32, 128] as const;
const WORKS: readonly WebWork[] = ["forward", "step"];
/** First losses on the same numbers differ by rounding alone. */
const SAME_LOSS = 1e-5;

/** What `pnpm bench web --help` says. */
export const webHelp = `pnpm bench web [--filter TEXT] [--json FILE]

Times the lesson's network in Chromium, in a worker, minified: forward pass and training step at batches of ${BATCHES.join(", ")},
this project beside tfjs on the same backend, in turns. --filter takes what contains TEXT of names such as "webgl, batch 8".`;

/** One line of the table. */
interface WebRow {
  readonly backend: string;
  readonly batch: number;
  readonly work: WebWork;
  readonly ours: Summary;
  readonly stock: Summary;
  readonly lossDifference: number;
}

/**
 * The lesson's network in a browser, ours and tfjs's.
 * @param args what follows the command's name
 * @returns whether everything could be measured, and both computed the same
 */
export async function benchWeb(args: readonly string[]): Promise<boolean> {
  const { filter = "", json } = parseOptions("web", args, ["filter", "json"]);
  for (const line of machineLines(describeMachine())) console.log(line);
  const site = await startSite();
  const rows: WebRow[] = [];
  const problems: string[] = [];
  const abouts = new Set<string>();
  try {
    console.log(site.about);
    for (const backend of BACKENDS) {
      const { name, note } = backend;
      const batches = BATCHES.filter((batch) => `${name}, batch ${batch}`.includes(filter));
      if (batches.length > 0) abouts.add(note);
      for (const batch of batches) {
        try {
          rows.push(...(await compare(site, backend, batch, abouts)));
        } catch (error) {
          problems.push(`${name}, batch ${batch}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  } finally {
    await site.close();
  }
  showProgress("");
  for (const line of [...abouts, "", ...webTable(rows)]) console.log(line);
  problems.push(...rows.filter(({ lossDifference }) => !(lossDifference < SAME_LOSS)).map(lossProblem));
  for (const problem of problems) console.log(`FAILED ${problem}`);
  if (json !== undefined)
    await writeReport(json, `pnpm bench web ${args.join(" ")}`.trim(), { browser: site.about, rows });
  return problems.length === 0;
}

/** Both on one backend at one batch size, in turns, every other round backwards. */
async function compare(
  site: BrowserSite,
  { name: backend, rounds, runs }: BenchedBackend,
  batch: number,
  abouts: Set<string>,
): Promise<WebRow[]> {
  const contender = (whose: WebContender["whose"]): WebContender => ({ backend, whose, batch });
  const benches = [await site.open(contender("ours")), await site.open(contender("stock"))] as const;
  try {
    for (const { about } of benches) abouts.add(about);
    const rows: WebRow[] = [];
    for (const work of WORKS) {
      const times: [number[], number[]] = [[], []];
      const losses: [number, number] = [NaN, NaN];
      for (let round = 0; round <= rounds; round++) {
        for (const i of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
          showProgress(`${backend}, batch ${batch}, ${work}: round ${round} of ${rounds}`);
          // The first round warms up: code is compiled, memory grows.
          const answer = await run(benches[i], work, round === 0 ? 1 : runs[batch]!);
          if (round === 0) losses[i] = answer.loss;
          else times[i].push(...answer.timesMs);
        }
      }
      const lossDifference = Math.abs(losses[0] - losses[1]) / Math.abs(losses[1]);
      rows.push({ backend, batch, work, ours: summarize(times[0]), stock: summarize(times[1]), lossDifference });
    }
    return rows;
  } finally {
    for (const bench of benches) await bench.close();
  }
}

async function run(bench: BrowserBench, work: WebWork, repeats: number) {
  const answer = await bench.ask({ type: "run", work, repeats });
  if (answer.type === "ran") return answer;
  throw new Error(answer.type === "failed" ? answer.reason : "it did not run");
}

/** Rows for people. */
export function webTable(rows: readonly WebRow[]): string[] {
  return table(
    [
      { title: "backend", align: "left" },
      { title: "batch" },
      { title: "work", align: "left" },
      { title: "ours ms" },
      { title: "least" },
      { title: "most" },
      { title: "tfjs ms" },
      { title: "least" },
      { title: "most" },
      { title: "times" },
    ],
    rows.map(({ backend, batch, work, ours, stock }) => [
      backend,
      String(batch),
      work,
      threeDigits(ours.medianMs),
      threeDigits(ours.minMs),
      threeDigits(ours.maxMs),
      threeDigits(stock.medianMs),
      threeDigits(stock.minMs),
      threeDigits(stock.maxMs),
      threeDigits(stock.medianMs / ours.medianMs),
    ]),
  );
}

function lossProblem({ backend, batch, work, lossDifference }: WebRow): string {
  return `${backend}, batch ${batch}, ${work}: expected the same first loss, got a difference of ${lossDifference.toExponential(1)}`;
}
