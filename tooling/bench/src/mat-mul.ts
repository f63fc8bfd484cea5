import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import { cpu } from "@camada/backend-cpu";
import { useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "./measure.ts";

/** Rows and columns of both matrices. */
const SIZE = 256;

/** `[256, 256] · [256, 256]` on our CPU engines and on tfjs's own backends. */
export async function matMulCandidates(): Promise<Candidate[]> {
  // tfjs's threaded build hangs in Node, so all candidates have one thread.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  const candidates: Candidate[] = [];
  for (const engine of ["wasm", "js"] as const) {
    const { tfBackend, description, threads, precision } = await useBackend(cpu({ engine }));
    candidates.push(candidate(`camada ${engine}`, tfBackend, `${description}; ${precision}, threads: ${threads}`));
  }
  for (const name of ["wasm", "cpu"]) {
    await tf.setBackend(name);
    candidates.push(candidate(`tfjs ${name}`, name, `tfjs-backend-${name} ${tf.version_core}; float32, threads: 1`));
  }
  return candidates;
}

/** Each backend multiplies tensors of its own: moving data between backends is not what is asked. */
function candidate(name: string, tfBackend: string, about: string): Candidate {
  const [a, b] = [
    tf.randomUniform([SIZE, SIZE], -1, 1, "float32", 1),
    tf.randomUniform([SIZE, SIZE], -1, 1, "float32", 2),
  ];
  return {
    name,
    about,
    prepare: async () => {
      await tf.setBackend(tfBackend);
    },
    run: async () => {
      const product = tf.matMul(a, b);
      await product.data();
      product.dispose();
    },
  };
}
