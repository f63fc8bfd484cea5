import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { root } from "./check/command.ts";
import type { SuiteReport } from "./report.ts";

const NAME = "native under sanitizers";

/** What `sanitize-native.ts` prints on its last line. */
interface SanitizerReport {
  readonly passed: number;
  readonly problems: readonly string[];
  readonly missing?: string;
}

/** Runs the native kernels under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer. */
export async function runSanitized(): Promise<SuiteReport> {
  const script = join(root, "packages/backend-cpu/scripts/sanitize-native.ts");
  const options = ["--import", "tsx", "--conditions=@camada/source", script];
  const child = spawn(process.execPath, options, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  await once(child, "close");
  return sanitizedReport(output);
}

/**
 * Turns what the script printed into a report.
 * @param output its last line is JSON, unless it did not come to its end.
 */
export function sanitizedReport(output: string): SuiteReport {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  try {
    const { passed, problems, missing } = JSON.parse(last) as SanitizerReport;
    if (missing === undefined) return { name: NAME, totals: { ...totals, passed }, problems };
    const command = "apt-get install g++ && pnpm test";
    return { name: NAME, totals, problems, missing: { reason: missing, command, isOptional: true } };
  } catch {
    return { name: NAME, totals, problems: [`it did not come to its end: ${last}`] };
  }
}
