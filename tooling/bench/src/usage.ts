import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** A command line that cannot be followed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options of all commands; each reads those that its help names. */
export type BenchOptions = CommonOptions & (CpuOptions | CudaOptions);

/** Options of a benchmark on the CPU. */
export type CpuBenchOptions = CommonOptions & CpuOptions;

interface CpuOptions {
  readonly backend: "cpu";
  readonly precision: (typeof PRECISIONS.cpu)[number];
}

interface CudaOptions {
  readonly backend: "cuda";
  readonly precision: (typeof PRECISIONS.cuda)[number];
}

interface CommonOptions {
  readonly steps: number;
  readonly batch: number;
  readonly engine: string;
  readonly threads: number | undefined;
  readonly level: string | undefined;
  readonly peers: boolean;
  readonly tune: boolean;
  /** Paths of Python interpreters, absolute. */
  readonly python: readonly string[];
  readonly filter: string | undefined;
  readonly json: string | undefined;
}

const FLAGS = {
  backend: { type: "string" },
  steps: { type: "string" },
  batch: { type: "string" },
  engine: { type: "string" },
  threads: { type: "string" },
  precision: { type: "string" },
  level: { type: "string" },
  peers: { type: "boolean" },
  tune: { type: "boolean" },
  python: { type: "string", multiple: true },
  filter: { type: "string" },
  json: { type: "string" },
} as const;

const BACKENDS = ["cpu", "cuda"] as const;
const ENGINES = ["native", "wasm", "js"];
/** Of the CPU, and of a GPU. */
const PRECISIONS = { cpu: ["float32", "bf16"], cuda: ["float32", "tf32", "bf16"] } as const;

/**
 * Reads a command's arguments.
 * @param command its name, for the error
 * @param args what follows it
 * @param known the options that the command takes, e.g. `["steps", "json"]`
 * @throws {UsageError} on an option it does not take or a value that does not fit
 */
export function parseOptions(command: string, args: readonly string[], known: readonly string[]): BenchOptions {
  const options = Object.fromEntries(Object.entries(FLAGS).filter(([name]) => known.includes(name)));
  let values: Record<string, string | boolean | readonly string[] | undefined>;
  try {
    ({ values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }) as never);
  } catch (cause) {
    const sentence = cause instanceof Error ? (cause.message.split(". ")[0] ?? "") : String(cause);
    throw new UsageError(`${command}: ${sentence}`, { cause });
  }
  const text = (name: string) => values[name] as string | undefined;
  const backend = oneOf(command, "backend", text("backend") ?? "cpu", BACKENDS);
  const precision = text("precision") ?? "float32";
  const kind: CpuOptions | CudaOptions =
    backend === "cpu"
      ? { backend, precision: oneOf(command, "precision", precision, PRECISIONS.cpu) }
      : { backend, precision: oneOf(command, "precision", precision, PRECISIONS.cuda) };
  return {
    ...kind,
    steps: count(command, "steps", text("steps")) ?? 50,
    batch: count(command, "batch", text("batch")) ?? 128,
    engine: oneOf(command, "engine", text("engine") ?? "native", ENGINES),
    threads: count(command, "threads", text("threads")),
    level: text("level"),
    peers: values["peers"] === true,
    tune: values["tune"] === true,
    python: ((values["python"] ?? []) as readonly string[]).map(interpreter),
    filter: text("filter"),
    json: text("json"),
  };
}

function count(command: string, name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new UsageError(`${command}: expected --${name} to be a positive integer, got ${value}`);
}

function oneOf<T extends string>(command: string, name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  throw new UsageError(`${command}: expected --${name} to be one of ${choices.join(", ")}, got ${value}`);
}

/** A path from here on; a name alone is looked for where programs are. */
function interpreter(path: string): string {
  return path.includes("/") || path.includes("\\") ? resolve(path) : path;
}
