// `pnpm bench <command>`: benchmarks side by side with their peers.
import process from "node:process";
import { benchCudaBundle, cudaBundleHelp } from "./cuda-bundle/build.ts";
import { benchLesson, lessonHelp } from "./commands/lesson.ts";
import { benchOps, opsHelp } from "./commands/ops.ts";
import { benchPage, pageHelp } from "./commands/page.ts";
import { benchScaling, scalingHelp } from "./commands/scaling.ts";
import { benchWeb, webHelp } from "./commands/web.ts";
import { UsageError } from "./usage.ts";

/** Exit codes: 1 when something could not be measured, 2 when the command line cannot be followed. */
const [FAILED, MISUSED] = [1, 2];

const commands = {
  ops: { run: benchOps, help: opsHelp, about: "single operations" },
  lesson: { run: benchLesson, help: lessonHelp, about: "training step of the lesson's network" },
  scaling: {
    run: benchScaling,
    help: scalingHelp,
    about: "training steps over batch sizes, picture sizes and threads",
  },
  "cuda-bundle": {
    run: benchCudaBundle,
    help: cudaBundleHelp,
    about: "tests and benchmarks for a GPU machine without anything but Node, as a folder",
  },
  page: { run: benchPage, help: pageHelp, about: "the lesson's page in Chromium: size, opening, stillness, training" },
  web: { run: benchWeb, help: webHelp, about: "the lesson's network in Chromium, beside tfjs" },
};

// Workers are ended on the way out; without this a signal would leave those that are stopped behind.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(FAILED));

const [name = "--help", ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name as keyof typeof commands] : undefined;
try {
  if (name === "--help") {
    console.log("pnpm bench <command> [--help]");
    for (const [title, { about }] of Object.entries(commands)) console.log(`  ${title.padEnd(13)}${about}`);
  } else if (command === undefined) {
    throw new UsageError(`expected one of ${Object.keys(commands).join(", ")}, got ${name}`);
  } else if (args.includes("--help")) {
    console.log(command.help);
  } else if (!(await command.run(args))) {
    process.exitCode = FAILED;
  }
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof UsageError ? MISUSED : FAILED;
}
