import { main } from "./cli/main.ts";

const controller = new AbortController();
const interrupts = ["SIGINT", "SIGTERM"] as const;
for (const signal of interrupts) process.once(signal, () => controller.abort());

// A reader that has gone, as in `camada run --all | head`, is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  // pnpm runs scripts in the package's folder and keeps the user's in INIT_CWD.
  directory: process.env["INIT_CWD"] ?? process.cwd(),
  signal: controller.signal,
  now: () => performance.now(),
});
