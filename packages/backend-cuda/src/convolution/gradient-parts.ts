import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { addRowSums, rowSums } from "../matrix/tiled-launch.ts";
import type { DirectSizes } from "./direct-costs.ts";

/**
 * Where the sums of a weight's and a bias's gradient go: to `dw` and `db`, or in several parts to places of their own,
 * `[part][sum]`, until they are added.
 */
export function partsOfGradient(
  backend: CudaBackend,
  { groups, outputs, channels, taps }: DirectSizes,
  parts: number,
  dw: TensorInfo,
  db: TensorInfo | undefined,
) {
  const rows = groups * outputs;
  const count = rows * channels * taps[0] * taps[1];
  const weight = rowSums(backend, dw, 1, count, parts);
  const bias = rowSums(backend, db, 1, rows, parts);
  return {
    weight: weight.address,
    bias: bias.address,
    /** Adds the parts in their order. */
    add(): void {
      for (const [partials, target, size] of [
        [weight.partials, dw, count],
        [bias.partials, db, rows],
      ] as const) {
        if (partials === undefined) continue;
        addRowSums(backend, partials, target!, [1, parts, size]);
        backend.disposeOf(partials);
      }
    },
  };
}
