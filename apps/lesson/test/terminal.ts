import { activeBackend } from "@camada/tensor";
import { main } from "../src/cli/main.ts";
import type { Surroundings } from "../src/cli/screen.ts";

/** What a run of the program left behind. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Surroundings of a test. */
export interface Terminal {
  /** Width; absent: no terminal. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

/** Runs the program in this process, on the suite's engine. */
export async function camada(argv: readonly string[], terminal: Terminal = {}): Promise<Finished> {
  const { columns, env = {}, directory = ".", signal = new AbortController().signal } = terminal;
  const written = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr"): Surroundings["stdout"] => ({
    write: (text: string) => (written[name] += text),
    columns,
    isTTY: columns !== undefined,
  });
  const code = await main(argv, {
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    env: { LANG: "en_US.UTF-8", ...env },
    directory,
    signal,
    now: () => performance.now(),
  });
  return { code, ...written };
}

/** Options that keep the program on the suite's engine. */
export function onEngine(): string[] {
  return ["--engine", activeBackend()!.info.engine];
}
