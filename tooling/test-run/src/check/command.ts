import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the repository. */
export const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** Where the tools of the root and of this package lie, before anything else. */
const toolPath = [join(root, "node_modules/.bin"), join(root, "tooling/test-run/node_modules/.bin")].join(delimiter);

/** A gate is shut: the message is what a person needs to open it. */
export class GateError extends Error {
  override readonly name = "GateError";
}

/**
 * Runs a program and gives what it printed, standard output first.
 * @param program name on the path (the repository's own tools come first) or a file
 * @param args its arguments
 * @param options.cwd folder to run in; default: the root of the repository
 * @throws {GateError} when it cannot be started, when it is killed, and when it exits with anything but 0
 */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${toolPath}${delimiter}${process.env["PATH"] ?? ""}`,
    TURBO_TELEMETRY_DISABLED: "1",
    NO_COLOR: "1",
    FORCE_COLOR: undefined,
  };
  const command = [program, ...args].join(" ");
  return new Promise((resolve, reject) => {
    const settings = { cwd: options.cwd ?? root, env, maxBuffer: 64 * 1024 * 1024, encoding: "utf8" } as const;
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (error === null) resolve(output);
      else if (error.code === "ENOENT")
        reject(new GateError(`${program}: expected it to be installed, got no such program`));
      else
        reject(
          new GateError(`${output.trimEnd()}\n${command}: expected exit code 0, got ${error.code ?? error.signal}`),
        );
    });
    child.stdin?.end();
  });
}

/**
 * Runs the package manager that runs us, or the one on the path.
 * @param args its arguments
 * @param options.cwd folder to run in
 * @throws {GateError} as {@link run}
 */
export function pnpm(args: readonly string[], options: { readonly cwd?: string } = {}): Promise<string> {
  const script = process.env["npm_execpath"];
  return script === undefined ? run("pnpm", args, options) : run(process.execPath, [script, ...args], options);
}
