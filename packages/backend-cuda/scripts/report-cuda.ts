// Tells, as JSON on one line, what this machine lacks: a card that the backend runs on, the compiler of its kernels, one to
// simulate a card with.
import { BackendUnavailableError } from "@camada/tensor";
import { fileURLToPath } from "node:url";
import { cuda } from "../src/cuda.ts";
import { loadNvrtc } from "../src/nvrtc/libnvrtc.ts";
import { SimulatedCompiler } from "../test/simulated/simulated-compiler.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function missingCard(): Promise<string | undefined> {
  try {
    await cuda().activate();
    return undefined;
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    return error.cause instanceof Error ? error.cause.message : error.message;
  }
}

function missingCompiler(): string | undefined {
  try {
    loadNvrtc([99, 0]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function missingSimulation(): string | undefined {
  try {
    void new SimulatedCompiler(here("../test/simulated"), here("../node_modules/.cache/simulated"));
    return undefined;
  } catch {
    return `no C++ compiler, looked for ${process.env["CXX"] ?? "c++"}`;
  }
}

const missing = { card: await missingCard(), compiler: missingCompiler(), simulation: missingSimulation() };
process.stdout.write(`${JSON.stringify(missing)}\n`);
process.exit(0);
