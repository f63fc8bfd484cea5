#!/usr/bin/env node
// Runs the program from its TypeScript sources, in a process of its own: the sources need an export condition and a
// loader that cannot be set for the process that is already running.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const loader = import.meta.resolve("tsx");
const flags = ["--conditions=@camada/source", "--disable-warning=DEP0205", "--import", loader, program];
const child = spawn(process.execPath, [...flags, ...process.argv.slice(2)], { stdio: "inherit" });

// The terminal sends Ctrl-C to both processes; the child decides how to stop.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
