import { inspect, parseArgs } from "node:util";
import process from "node:process";
import { cuda, diagnoseCuda } from "@camada/backend-cuda";
import { useBackend } from "@camada/tensor";
import { benchLesson } from "../commands/lesson.ts";
import { benchOps } from "../commands/ops.ts";
import { requireCuda } from "../commands/lesson-cuda.ts";
import { checkMemory } from "./check-memory.ts";
import { showTuning } from "./show-tuning.ts";
import { runFile } from "./stand-in.ts";
import { checkTfjsSuite } from "./tfjs-suite.ts";

/** A test file, loaded when its turn comes. */
export interface TestFile {
  readonly file: string;
  readonly load: () => Promise<unknown>;
}

/** What the bundle holds. */
export interface BundleParts {
  readonly tests: readonly TestFile[];
  /** The lesson's command line, with what follows `camada`. */
  readonly lesson: (args: readonly string[]) => Promise<number>;
}

const COMMANDS = ["doctor", "tests", "tfjs", "cells", "training", "lesson", "ops", "tune", "memory"] as const;
const HELP = `node camada-cuda.mjs [doctor|tests|tfjs|cells|training|lesson|ops|tune|memory ...] [--cases N] [--filter TEXT] [--shard I/N] [--full] [--steps N]
                     [--tune] [--python PATH ...]

Tries Camada's backend cuda on the first NVIDIA GPU of this machine; without a command, in every way.
  doctor    what Camada finds on this machine
  tests     kernels against float64 on --cases random configurations (1000), and the suites of tensors, layers and optimizers;
            --filter picks files, --shard every Nth test, for several processes side by side
  tfjs      tfjs-core's own suite
  cells     all cells of the lesson, the trainings short
  training  the lesson's cells K3 and K8; --full: all data and ten epochs, --filter picks one of them
  lesson    the benchmark of the lesson's step; --python adds PyTorch of that interpreter, --steps says how many (500)
  ops       convolutions of ResNet-18, MobileNet and the lesson one by one, in float32 and tf32; --python adds PyTorch, --filter
            picks those whose names contain it, --tune tries several ways of each and takes the quickest
  tune      the ways that are tried for the same convolutions, in all precisions, and how long each takes; --filter picks some
  memory    that it stays as it is over --steps compiled training steps (10000)`;

/** The lesson's cells that train for long. */
const TRAININGS = ["K3", "K8"];

/** Exit codes: 1 when something failed or is missing, 2 when the command line cannot be followed. */
const [FAILED, MISUSED] = [1, 2];

/**
 * The program of the bundle.
 * @param args what follows its name.
 * @returns the exit code.
 */
export async function runBundle(args: readonly string[], parts: BundleParts): Promise<number> {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`camada-cuda: ${error instanceof Error ? error.message : String(error)}`);
    return MISUSED;
  }
  const { commands, values } = options;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  try {
    requireCuda("camada-cuda", await diagnoseCuda());
    let isGood = true;
    for (const command of commands) {
      console.log(`== ${command}`);
      isGood = (await perform(command, values, parts)) && isGood;
    }
    return isGood ? 0 : FAILED;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return FAILED;
  }
}

type Options = ReturnType<typeof parseOptions>["values"];

function parseOptions(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      cases: { type: "string", default: "1000" },
      filter: { type: "string", default: "" },
      full: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      python: { type: "string", multiple: true, default: [] },
      shard: { type: "string", default: "1/1" },
      steps: { type: "string" },
      tune: { type: "boolean", default: false },
    },
  });
  for (const count of [values.cases, values.steps ?? "1"]) {
    if (!(Number.isSafeInteger(Number(count)) && Number(count) > 0)) throw new Error(`expected a count, got ${count}`);
  }
  if (!/^[1-9]\d*\/[1-9]\d*$/.test(values.shard)) throw new Error(`expected --shard as 1/4, got ${values.shard}`);
  const wrong = positionals.find((name) => !(COMMANDS as readonly string[]).includes(name));
  if (wrong !== undefined) throw new Error(`expected ${COMMANDS.join(", ")}, got ${wrong}`);
  return {
    values,
    commands: (positionals.length === 0 ? COMMANDS : positionals) as readonly (typeof COMMANDS)[number][],
  };
}

async function perform(command: (typeof COMMANDS)[number], options: Options, parts: BundleParts): Promise<boolean> {
  switch (command) {
    case "doctor":
      return (await parts.lesson(["doctor"])) === 0;
    case "tests":
      return runTests(options, parts.tests);
    case "tfjs":
      return checkTfjsSuite();
    case "cells":
      return (await parts.lesson(["run", "--all", "--backend", "cuda", "--lang", "en", "--quick"])) === 0;
    case "training":
      return runTraining(options, parts.lesson);
    case "lesson": {
      const python = options.python.flatMap((path) => ["--python", path]);
      return benchLesson(["--backend", "cuda", "--steps", options.steps ?? "500", ...python]);
    }
    case "ops": {
      const python = options.python.flatMap((path) => ["--python", path]);
      const more = [...python, "--filter", options.filter, ...(options.tune ? ["--tune"] : [])];
      const isGood = await benchOps(["--backend", "cuda", ...more]);
      return (await benchOps(["--backend", "cuda", "--precision", "tf32", ...more])) && isGood;
    }
    case "tune":
      return showTuning(options.filter);
    case "memory":
      return checkMemory(Number(options.steps ?? "10000"));
  }
}

/** Whether the next test is this process's: shard `1/4` has the first of every four. */
function everyNth(shard: string): () => boolean {
  const [number = 0, count = 0] = shard.split("/").map(Number);
  let at = 0;
  return () => at++ % count === number - 1;
}

async function runTests({ cases, filter, shard }: Options, files: readonly TestFile[]): Promise<boolean> {
  process.env["CAMADA_DIFFERENTIAL_CASES"] = cases;
  const { description } = await useBackend(cuda());
  console.log(description);
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const isChosen = everyNth(shard);
  for (const { file, load } of files.filter((each) => each.file.includes(filter))) {
    const { skipped } = await runFile(file, load, isChosen, ({ title, notes, error }) => {
      for (const note of notes) console.log(`  ${note}`);
      totals[error === undefined ? "passed" : "failed"]++;
      if (error !== undefined)
        console.log(`failed: ${title}: ${error instanceof Error ? error.message : inspect(error)}`);
    });
    totals.skipped += skipped;
  }
  const { passed, failed, skipped } = totals;
  console.log(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
  return failed === 0 && passed > 0;
}

async function runTraining({ full, filter }: Options, lesson: BundleParts["lesson"]): Promise<boolean> {
  const began = performance.now();
  const cells = TRAININGS.filter((cell) => cell.includes(filter));
  if (cells.length === 0)
    throw new Error(`training: expected --filter to be part of ${TRAININGS.join(" or ")}, got ${filter}`);
  const code = await lesson(["run", ...cells, "--backend", "cuda", "--lang", "en", ...(full ? [] : ["--quick"])]);
  const [ofCells, ofAll] = [performance.now() - began, performance.now()].map((ms) => (ms / 1000).toFixed(2));
  console.log(`training: ${ofCells} s, and ${ofAll} s since the program was started`);
  return code === 0;
}
