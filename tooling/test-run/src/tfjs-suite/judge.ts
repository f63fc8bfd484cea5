/** One spec as jasmine reports it. */
export interface SpecResult {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

/** Specs that are known to fail, by full name, each with its reason. */
export type Gaps = Readonly<Record<string, string>>;

/** The outcome of tfjs-core's suite on one engine. */
export interface TfjsSuiteResult {
  readonly passed: number;
  /** Failed specs, the listed gaps not among them. */
  readonly failed: number;
  /** Specs that failed as listed. */
  readonly gaps: number;
  /** One line for everything that is not as it should be; empty when all is well. */
  readonly unexpected: string[];
}

/** Fewer specs mean that the bundle lost some, which would pass unnoticed. tfjs-core 4.22.0 has 4,227 for Node. */
const LEAST_SPECS = 4000;

/** Counts what passed and failed, and lists failures that are no gap, gaps that pass and gaps that no spec matches. */
export function judge(specs: readonly SpecResult[], gaps: Gaps): TfjsSuiteResult {
  const run = specs.filter(({ status }) => status === "passed" || status === "failed");
  const failures = run.filter(({ status }) => status === "failed");
  const failed = failures.filter(({ name }) => !(name in gaps));
  const names = new Set(run.map(({ name }) => name));
  const failedNames = new Set(failures.map(({ name }) => name));
  const unexpected = failed.map(({ name, message }) => `failed: ${name}: ${firstLine(message)}`);
  for (const name of Object.keys(gaps)) {
    if (!names.has(name)) unexpected.push(`listed gap is no spec: ${name}`);
    else if (!failedNames.has(name)) unexpected.push(`listed gap passes: ${name}`);
  }
  if (run.length < LEAST_SPECS) unexpected.push(`expected at least ${LEAST_SPECS} specs, got ${run.length}`);
  return {
    passed: run.length - failures.length,
    failed: failed.length,
    gaps: failures.length - failed.length,
    unexpected,
  };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
