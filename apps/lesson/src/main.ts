import { resolve } from "node:path";
import { outputLost } from "./cli/error-sentence.ts";
import { chosenLanguage } from "./cli/language.ts";
import { main } from "./cli/main.ts";

const { env } = process;
const argv = process.argv.slice(2);
// pnpm runs scripts in the package's folder and keeps the user's in INIT_CWD.
const directory = env["INIT_CWD"] ?? process.cwd();
if (env["CAMADA_DATA"]) env["CAMADA_DATA"] = resolve(directory, env["CAMADA_DATA"]);

const controller = new AbortController();
const interrupts = ["SIGINT", "SIGTERM"] as const;
for (const signal of interrupts) process.once(signal, () => controller.abort());

// A reader that has gone, as in `camada run --all | head`, is no error. Results that cannot be written are one.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    if (stream === process.stdout) process.stderr.write(`camada: ${outputLost(error, chosenLanguage(argv, env))}\n`);
    process.exit(1);
  });
}

process.exitCode = await main(argv, {
  stdout: process.stdout,
  stderr: process.stderr,
  env,
  directory,
  signal: controller.signal,
  now: () => performance.now(),
});
