import { cpu, type CpuEngine } from "@camada/backend-cpu";
import { type Backend, BackendUnavailableError, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { CandidateOptions } from "../process/protocol.ts";

/**
 * Activates what a candidate runs on: an engine of ours, or one of tfjs's own backends with our gradient rules.
 * @param options `engine`, which is `native`, `wasm`, `js`, `cuda`, `tfjs-wasm` or `tfjs-cpu`; for our engines also
 *   `threads`, `precision` and `level`
 * @returns one line for people: what runs, precision, threads
 */
export async function activate({ engine, ...options }: CandidateOptions): Promise<string> {
  const isStock = engine === "tfjs-wasm" || engine === "tfjs-cpu";
  const backend = isStock ? stockBackend(engine) : await ownBackend(engine, options);
  const { description, precision, threads } = await useBackend(backend);
  // An engine that has a choice says both itself.
  const isSaid = description.includes(precision) && description.includes("thread");
  return isSaid ? description : `${description}; ${precision}, threads: ${threads}`;
}

async function ownBackend(engine: CandidateOptions[string] | undefined, options: CandidateOptions): Promise<Backend> {
  if (engine === "cuda") return (await import("@camada/backend-cuda")).cuda({ engine: "driver", ...options });
  return cpu({ engine: engine as CpuEngine, ...options });
}

/** A backend of tfjs as it is published; what tfjs lacks in Node, the gradient rules, comes from `@camada/tensor`. */
function stockBackend(name: "tfjs-wasm" | "tfjs-cpu"): Backend {
  return {
    name: "cpu",
    device: "cpu(0)",
    async activate() {
      const tfBackend = await load(name);
      if (!(await tf.setBackend(tfBackend))) throw new BackendUnavailableError("cpu", `${name} does not start here`);
      return {
        tfBackend,
        engine: name,
        description: `tfjs-backend-${tfBackend} ${tf.version_core}`,
        layout: "NHWC",
        precision: "float32",
        threads: 1,
        rejected: [],
      };
    },
  };
}

async function load(name: "tfjs-wasm" | "tfjs-cpu"): Promise<string> {
  if (name === "tfjs-cpu") {
    await import("@tensorflow/tfjs-backend-cpu");
    return "cpu";
  }
  await import("@tensorflow/tfjs-backend-wasm");
  // tfjs's threaded build hangs in Node.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  return "wasm";
}
