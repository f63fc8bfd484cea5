import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { addressesOf } from "./addresses.ts";
import { writeDirect, type Direct } from "./direct-geometry.ts";
import type { Packing } from "./direct.ts";
import { partsOfGradient } from "./gradient-parts.ts";
import type { Finish } from "./pass.ts";
import { partsOf, productDefines } from "../matrix/warpgroup-costs.ts";
import {
  warpgroupGradientDefines,
  warpgroupGradientLayout,
  type WarpgroupGradientPlan,
} from "./warpgroup-gradient-plan.ts";
import { warpgroupDefines, warpgroupLayout, type WarpgroupPlan } from "./warpgroup-plan.ts";

const PACK_THREADS = 256;
const WORDS_OF_QUAD = 4;

/** A convolution by warpgroups. */
export function launchWarpgroups(
  backend: CudaBackend,
  direct: Direct,
  plan: WarpgroupPlan,
  { strides, isTurned }: Packing,
  [x, weight, y]: readonly [TensorInfo, TensorInfo, TensorInfo],
  finish: Finish,
): void {
  const { groups, channels, outputs, taps } = direct;
  const { arithmetic, columns, planes, units, tile, isFolded } = plan;
  const layout = warpgroupLayout(plan, direct);
  const { chunks, allUnits, blocksOfOutputs, patch, plane, patches } = layout;
  const [from, factor, bias, to] = addressesOf(backend, x, weight, finish.bias, y);
  const quads = groups * blocksOfOutputs * chunks * allUnits * planes * columns;
  const packed = backend.output([quads * partsOf(arithmetic) * WORDS_OF_QUAD]);
  try {
    const packedAddress = backend.address(packed);
    backend.launch(
      {
        file: "warpgroup-weights.cu",
        name: "pack_warpgroup_weights",
        defines: { ...productDefines(columns, arithmetic), PLANES: planes },
      },
      { grid: [Math.ceil(quads / PACK_THREADS), 1, 1], block: [PACK_THREADS, 1, 1] },
      backend
        .arguments()
        .address(factor)
        .address(packedAddress)
        .int32(groups, blocksOfOutputs, chunks, allUnits, isFolded ? taps[1] : 1, outputs, channels)
        .int32(...strides, isTurned ? 1 : 0),
    );
    const counts = [direct.images, ...direct.out].map((extent, axis) => Math.ceil(extent / tile[axis]!));
    const args = backend.arguments().address(from).address(packedAddress).address(bias).address(to);
    backend.launch(
      {
        file: "warpgroup-convolution.cu",
        name: "warpgroup_convolution",
        defines: { ...warpgroupDefines(plan, layout.items), ACTIVATION: finish.activation },
      },
      {
        grid: [counts.reduce((product, count) => product * count, blocksOfOutputs * groups), 1, 1],
        block: [layout.threads, 1, 1],
        sharedBytes: layout.bytes,
      },
      writeDirect(args, direct)
        .int32(...tile, ...counts, blocksOfOutputs, ...patch, allUnits, units, plane, patches)
        .float32(finish.alpha),
    );
  } finally {
    backend.disposeOf(packed);
  }
}

/** The gradient of a weight by warpgroups, to `dw`, and that of the bias, to `db`, if it is wanted. */
export function launchWarpgroupGradient(
  backend: CudaBackend,
  direct: Direct,
  plan: WarpgroupGradientPlan,
  [x, dz, dw]: readonly [TensorInfo, TensorInfo, TensorInfo],
  db: TensorInfo | undefined,
): void {
  const { rows, parts } = plan;
  const layout = warpgroupGradientLayout(plan, direct);
  const [from, of] = addressesOf(backend, x, dz);
  const sums = partsOfGradient(backend, direct, parts, dw, db);
  const args = backend.arguments().address(from).address(of).address(sums.weight).address(sums.bias);
  backend.launch(
    {
      file: "warpgroup-weight-gradient.cu",
      name: "warpgroup_weight_gradient",
      defines: warpgroupGradientDefines(plan, direct),
    },
    { grid: [layout.blocks * parts, 1, 1], block: [layout.threads, 1, 1], sharedBytes: layout.bytes },
    writeDirect(args, direct)
      .int32(layout.rowBlocks, layout.columnBlocks, parts, rows, layout.turnsOfImage)
      .int32(Math.ceil(layout.turns / parts), layout.quads, layout.patchRows),
  );
  sums.add();
}
