import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { ARITHMETIC_CODES, type TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import { addressesOf } from "./addresses.ts";
import { undoActivation } from "../training/activation-gradient-kernels.ts";
import { patchOf, positionsOf, threadsOf } from "./direct-costs.ts";
import { directOf, shapeDefines, turned, writeDirect, type Direct } from "./direct-geometry.ts";
import { gradientLayout, type DirectGradientPlan } from "./direct-gradient-plan.ts";
import { directBytes, planeOf, stepsOf, type DirectPlan } from "./direct-plan.ts";
import { directPlannerOf, type ConvolutionPlan, type GradientPlan } from "./direct-planner.ts";
import type { Geometry } from "./geometry.ts";
import { partsOfGradient } from "./gradient-parts.ts";
import type { Finish, Gradient, Pass } from "./pass.ts";
import { tiledForward, tiledInputGradient, tiledWeightGradient } from "./tiled.ts";
import { launchWarpgroupGradient, launchWarpgroups } from "./warpgroup.ts";
import type { TrialResult } from "../tuning.ts";

/** `y = activation(x * weight + bias)`, directly where that is planned, else as a product of tiles. */
export function plannedForward(pass: Pass, x: TensorInfo, weight: TensorInfo, y: TensorInfo, finish: Finish): void {
  const { backend, geometry } = pass;
  const direct = directOf(geometry);
  const planner = directPlannerOf(backend);
  const byTiles = (): void => tiledForward(pass, x, weight, y, finish);
  if (direct === undefined || planner === undefined) return byTiles();
  const compute = (plan: ConvolutionPlan | undefined): void =>
    plan === undefined ? byTiles() : launch(backend, direct, plan, packingOf(geometry, false), [x, weight, y], finish);
  compute(planner.forward(direct, { compute, results: () => resultsOf(backend, y) }));
}

/** The gradient of x, to `dx`. */
export function plannedInputGradient(pass: Pass, gradient: Gradient, weight: TensorInfo, dx: TensorInfo): void {
  const { backend, geometry } = pass;
  const direct = directOf(geometry);
  const back = direct && turned(direct);
  const planner = directPlannerOf(backend);
  const byTiles = (): void => tiledInputGradient(pass, gradient, weight, dx);
  if (back === undefined || planner === undefined) return byTiles();
  const compute = (plan: ConvolutionPlan | undefined): void => {
    if (plan === undefined) return byTiles();
    withoutActivation(backend, gradient, (dz) => {
      launch(backend, back, plan, packingOf(geometry, true), [dz, weight, dx], { activation: 0, alpha: 0 });
    });
  };
  compute(planner.forward(back, { compute, results: () => resultsOf(backend, dx) }));
}

/** Starts a convolution in the way that is planned for it. */
function launch(
  backend: CudaBackend,
  direct: Direct,
  plan: ConvolutionPlan,
  ...parts: readonly [Packing, readonly [TensorInfo, TensorInfo, TensorInfo], Finish]
): void {
  if ("warpgroups" in plan) launchWarpgroups(backend, direct, plan, ...parts);
  else launchConvolution(backend, direct, plan, ...parts);
}

function resultsOf(backend: CudaBackend, ...tensors: readonly (TensorInfo | undefined)[]): TrialResult[] {
  const present = tensors.filter((tensor) => tensor !== undefined);
  return present.map((tensor) => ({ address: backend.address(tensor), size: util.sizeFromShape(tensor.shape) }));
}

/** Does something with the gradient before the activation: several passes over it would undo the activation several times. */
function withoutActivation(
  backend: CudaBackend,
  { dy, y, activation }: Gradient,
  work: (dz: TensorInfo) => void,
): void {
  if (activation === 0) {
    work(dy);
    return;
  }
  const dz = undoActivation(backend, dy, y!, activation);
  try {
    work(dz);
  } finally {
    backend.disposeOf(dz);
  }
}

/** Where the weights are that rows and the inner axis ask for: elements from one group, row and channel to the next. */
export interface Packing {
  readonly strides: readonly [number, number, number];
  readonly isTurned: boolean;
}

function packingOf({ weight: { in: of, out }, outChannels }: Geometry, isTurned: boolean): Packing {
  return { strides: isTurned ? [outChannels * out, of, out] : [outChannels * out, out, of], isTurned };
}

const PACK_THREADS = 256;

function launchConvolution(
  backend: CudaBackend,
  direct: Direct,
  plan: DirectPlan & { readonly arithmetic: TensorCoreArithmetic },
  { strides, isTurned }: Packing,
  [x, weight, y]: readonly [TensorInfo, TensorInfo, TensorInfo],
  finish: Finish,
): void {
  const { shape, tile, chunk, arithmetic } = plan;
  const { groups, channels, outputs, taps } = direct;
  const steps = stepsOf(chunk, direct);
  const chunks = Math.ceil(channels / chunk);
  const rowBlocks = Math.ceil(outputs / (16 * shape.warpRows * shape.rowTiles));
  const tiles = rowBlocks * shape.warpRows * shape.rowTiles;
  const [from, factor, bias, to] = addressesOf(backend, x, weight, finish.bias, y);
  const words = groups * chunks * steps * tiles * (arithmetic === "tf32x3" ? 512 : 256);
  const packed = backend.output([words]);
  const defines = shapeDefines(shape, arithmetic);
  try {
    const packedAddress = backend.address(packed);
    backend.launch(
      { file: "direct-weights.cu", name: "pack_direct_weights", defines: { MATH: ARITHMETIC_CODES[arithmetic] } },
      {
        grid: [Math.ceil(words / PACK_THREADS), 1, 1],
        block: [PACK_THREADS, 1, 1],
      },
      backend
        .arguments()
        .address(factor)
        .address(packedAddress)
        .int32(groups, outputs, channels, taps[0] * taps[1], chunk, ...strides, isTurned ? 1 : 0, chunks, steps, tiles),
    );
    const counts = [direct.images, ...direct.out].map((extent, axis) => Math.ceil(extent / tile[axis]!));
    const patch = patchOf(tile[1], tile[2], direct);
    const plane = planeOf(plan, direct, arithmetic);
    const positions = positionsOf(tile[0] * patch[0] * patch[1], shape);
    const args = backend.arguments().address(from).address(packedAddress).address(bias).address(to);
    backend.launch(
      {
        file: "direct-convolution.cu",
        name: "direct_convolution",
        defines: {
          ...defines,
          POSITIONS: positions,
          ACTIVATION: finish.activation,
          PLANE: chunk % 16 === 0 ? plane : 0,
        },
      },
      {
        grid: [counts.reduce((product, count) => product * count, rowBlocks * groups), 1, 1],
        block: [threadsOf(shape), 1, 1],
        sharedBytes: directBytes(plan, direct, arithmetic),
      },
      writeDirect(args, direct)
        .int32(...tile, ...counts, rowBlocks, chunk, ...patch, plane)
        .float32(finish.alpha),
    );
  } finally {
    backend.disposeOf(packed);
  }
}

/** The gradient of the weight, to `dw`, and that of the bias, to `db`, if it is wanted. */
export function plannedWeightGradient(
  pass: Pass,
  x: TensorInfo,
  gradient: Gradient,
  dw: TensorInfo,
  db: TensorInfo | undefined,
): void {
  const { backend, geometry } = pass;
  const direct = directOf(geometry);
  const planner = directPlannerOf(backend);
  const byTiles = (): void => tiledWeightGradient(pass, x, gradient, dw, db);
  if (direct === undefined || planner === undefined) return byTiles();
  const compute = (plan: GradientPlan | undefined): void => {
    if (plan === undefined) return byTiles();
    withoutActivation(backend, gradient, (dz) => {
      if ("warpgroups" in plan) launchWarpgroupGradient(backend, direct, plan, [x, dz, dw], db);
      else launchWeightGradient(backend, direct, plan, [x, dz, dw], db);
    });
  };
  compute(planner.weightGradient(direct, { compute, results: () => resultsOf(backend, dw, db) }));
}

function launchWeightGradient(
  backend: CudaBackend,
  direct: Direct,
  plan: DirectGradientPlan & { readonly arithmetic: TensorCoreArithmetic },
  [x, dz, dw]: readonly [TensorInfo, TensorInfo, TensorInfo],
  db: TensorInfo | undefined,
): void {
  const { shape, rows, stages, parts, arithmetic } = plan;
  const { groups, channels, outputs, images, out, taps } = direct;
  const layout = gradientLayout(plan, direct);
  const columns = channels * taps[0] * taps[1];
  const rowBlocks = Math.ceil(outputs / (16 * shape.warpRows * shape.rowTiles));
  const columnBlocks = Math.ceil(columns / (8 * shape.warpColumns * shape.columnTiles));
  const turns = Math.ceil(out[0] / rows);
  const hasQuads = (rows * out[1]) % 4 === 0 && (out[0] * out[1]) % 4 === 0;
  const [from, of] = addressesOf(backend, x, dz);
  const sums = partsOfGradient(backend, direct, parts, dw, db);
  const args = backend.arguments().address(from).address(of).address(sums.weight).address(sums.bias);
  backend.launch(
    {
      file: "direct-weight-gradient.cu",
      name: "direct_weight_gradient",
      defines: {
        ...shapeDefines(shape, arithmetic),
        POSITIONS: positionsOf(layout.patch[0] * layout.patch[1], shape),
      },
    },
    {
      grid: [rowBlocks * columnBlocks * parts * groups, 1, 1],
      block: [threadsOf(shape), 1, 1],
      sharedBytes: layout.bytes,
    },
    writeDirect(args, direct)
      .int32(rowBlocks, columnBlocks, parts, rows, turns, Math.ceil((images * turns) / parts))
      .int32(layout.channels, ...layout.patch, layout.plane, layout.line, stages, hasQuads ? 1 : 0),
  );
  sums.add();
}
