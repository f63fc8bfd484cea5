import * as tf from "@tensorflow/tfjs-core";
import type { OpJob } from "../process/protocol.ts";
import type { ReadyJob } from "../process/serve.ts";
import { activate } from "./backends.ts";
import { plainOps } from "./plain-ops.ts";
import { spatialOps, type PrepareOp } from "./spatial-ops.ts";

const operations = { ...spatialOps, ...plainOps };

/** @throws {Error} where there is no operation of that name. */
export function operationOf(name: string): PrepareOp {
  const prepare = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (prepare === undefined) throw new Error(`worker: expected an operation that it knows, got ${name}`);
  return prepare;
}

/** One operation; its first run gives the mean absolute value of the result, with which peers are compared. */
export async function openOp({ op, attrs, options }: OpJob): Promise<ReadyJob> {
  const about = await activate(options);
  const prepare = operationOf(op);
  tf.engine().startScope();
  const run = prepare(attrs);
  let isFirst = true;
  return {
    about,
    async run() {
      const result = tf.tidy(run);
      const results = result === undefined ? [] : [result].flat();
      const mean = isFirst && results[0] !== undefined ? await meanAbsolute(results[0]) : undefined;
      isFirst = false;
      tf.dispose(results);
      return mean;
    },
    dispose: () => tf.engine().endScope(),
  };
}

/** What results are compared by. */
export async function meanAbsolute(tensor: tf.Tensor): Promise<number> {
  let sum = 0;
  for (const value of await tensor.data<"float32">()) sum += Math.abs(value);
  return sum / tensor.size;
}
