import { cuda, type CudaInfo, type CudaPrecision, type TunedShape } from "@camada/backend-cuda";
import { useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { CUDA_CASES } from "../commands/ops.ts";
import { operationOf } from "../workers/op-job.ts";

const PRECISIONS: readonly CudaPrecision[] = ["float32", "tf32", "bf16"];

/**
 * Prints the ways that the backend tries for the operations of `bench ops`, and the time of each.
 * @param filter part of the operations' names.
 * @returns whether no way was wrong.
 */
export async function showTuning(filter: string): Promise<boolean> {
  const cases = CUDA_CASES.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  let isGood = cases.length > 0;
  for (const precision of PRECISIONS) {
    const info = await useBackend(cuda({ engine: "driver", precision, tune: true }));
    const { description, tuned } = info as CudaInfo;
    console.log(description);
    for (const { op, attrs } of cases) tf.tidy(() => void operationOf(op)(attrs)());
    for (const shape of tuned!()) {
      for (const line of tunedLines(shape)) console.log(line);
      isGood &&= shape.ways.every(({ ms }) => ms !== undefined);
    }
  }
  return isGood;
}

/** A shape, and below it its ways with their times in microseconds. */
export function tunedLines({ name, ways }: TunedShape): string[] {
  return [name, ...ways.map((way) => `  ${way.ms === undefined ? "wrong" : (1000 * way.ms).toFixed(1)}  ${way.name}`)];
}
