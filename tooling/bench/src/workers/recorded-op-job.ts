import { compile } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { OpJob } from "../process/protocol.ts";
import type { ReadyJob } from "../process/serve.ts";
import { activate } from "./backends.ts";
import { meanAbsolute, operationOf } from "./op-job.ts";

/** One operation as {@link recordedOp} runs it, on the backend that its options name. */
export async function openRecordedOp(job: OpJob): Promise<ReadyJob> {
  const { calls, ...options } = job.options;
  const about = await activate(options);
  return { about: `${about}; compiled`, ...recordedOp(job, Number(calls)) };
}

/**
 * One operation, `calls` times in a compiled step: how long the device takes for it, not JavaScript. The first run gives the
 * mean absolute value of the result, with which peers are compared. Its runs fail where the step is not replayed.
 */
export function recordedOp({ op, attrs }: Pick<OpJob, "op" | "attrs">, calls: number): Omit<ReadyJob, "about"> {
  const prepare = operationOf(op);
  tf.engine().startScope();
  const run = prepare(attrs);
  const step = compile(() =>
    tf.tidy(() => {
      let results: tf.Tensor[] = [];
      for (let call = 0; call < calls; call++) {
        tf.dispose(results);
        results = [run() ?? []].flat();
      }
      const [result] = results;
      if (result === undefined) throw new Error(`worker: expected ${op} to have a result`);
      return { result, last: tf.slice(tf.reshape(result, [-1]), [0], [1]) };
    }),
  );
  let isFirst = true;
  return {
    async run() {
      const { result, last } = step();
      if (step.refusal !== undefined) throw new Error(`not replayed: ${step.refusal}`);
      // Waits without looking at a clock: a run is short.
      last.dataSync();
      const mean = isFirst ? await meanAbsolute(result) : undefined;
      isFirst = false;
      tf.dispose([result, last]);
      return mean;
    },
    dispose() {
      step.dispose();
      tf.engine().endScope();
    },
  };
}
