/**
 * Runs the native kernels under AddressSanitizer and UndefinedBehaviorSanitizer, at every instruction level of this
 * machine: the programs of native/test, and the comparisons with float64 of test/native on sanitized libraries. A report
 * ends the process that it is about. Prints a {@link SanitizerReport} as JSON on the last line.
 */
import { checkSanitized, type SanitizerReport } from "./sanitized-checks.ts";
import { NativeBuildError, NoCompilerError } from "./native-compiler.ts";

async function report(): Promise<SanitizerReport> {
  try {
    return await checkSanitized((line) => console.log(line));
  } catch (error) {
    const nothing = { passed: 0, problems: [] };
    if (error instanceof NoCompilerError) return { ...nothing, missing: error.message };
    if (error instanceof NativeBuildError) return { ...nothing, problems: [error.message] };
    throw error;
  }
}

console.log(JSON.stringify(await report()));
