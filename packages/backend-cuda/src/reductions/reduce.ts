import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Defines } from "../compiler/kernel-source.ts";
import type { CudaBackend, LaunchShape } from "../cuda-backend.ts";
import type { Address } from "../driver/driver.ts";
import type { LaunchArguments } from "../driver/arguments.ts";
import { sizeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import type { DeviceType } from "../memory/storage.ts";
import { OPERATIONS, type ReductionName } from "./operations.ts";
import { reductionAxes, type StridedAxes } from "./reduction-axes.ts";

const FILE = "reduce.cu";
const THREADS = 256;
const WARP = 32;
/** `kMaxAxes` in `kernels/reduce.cu`; tfjs has no tensor of a higher rank. */
const MAX_AXES = 6;
/** Least elements that are worth a block of their own. */
const LEAST_PART = 4096;
/** Blocks that a multiprocessor has at once. */
const BLOCKS_PER_MULTIPROCESSOR = 4;
/** Most blocks along the second axis of a grid. */
const MAX_PARTS = 65_535;

/**
 * Reduces axes of a tensor.
 * @param name of the reduction, which the device has for the type of `x`.
 * @param axes numbers of the axes that go.
 * @param shape of the result.
 */
export function reduce(
  backend: CudaBackend,
  kernel: string,
  name: ReductionName,
  x: TensorInfo,
  axes: readonly number[],
  { shape, dtype }: { readonly shape: readonly number[]; readonly dtype: DeviceType },
): TensorInfo {
  requireCountable(kernel, x);
  const from = backend.address(x);
  const y = backend.output(shape, dtype);
  const outputs = sizeOf(y);
  if (outputs === 0) return y;
  const elements = axes.reduce((count, axis) => count * x.shape[axis]!, 1);
  const { kept, reduced } = reductionAxes(x.shape, axes);
  const isAlongRow = reduced.strides.at(-1) === 1;
  const width = isAlongRow ? (elements > WARP * 8 ? 1 : THREADS / WARP) : WARP;
  const block = isAlongRow ? ([THREADS / width, width, 1] as const) : ([width, THREADS / width, 1] as const);
  const columns = Math.ceil(outputs / width);
  const parts = partsOf(backend, columns, elements);
  const plan: Plan = { outputs, elements, part: Math.ceil(elements / parts), isAlongRow, kept, reduced };
  const to = backend.address(y);
  const defines = OPERATIONS[`${name}_${x.dtype}`]!;
  if (parts === 1) {
    const args = write(backend.arguments().address(from).address(to), plan).int32(elements);
    backend.launch({ file: FILE, name: "reduce", defines }, { grid: [columns, 1, 1], block }, args);
    return y;
  }
  const words = name === "prod" && x.dtype !== "float32" ? 2 : 1;
  const scratch = backend.output([parts * outputs * words]);
  const shapeOfParts: LaunchShape = { grid: [columns, parts, 1], block };
  const args = write(backend.arguments().address(from).address(backend.address(scratch)), plan);
  backend.launch({ file: FILE, name: "reduce_to_parts", defines }, shapeOfParts, args);
  merge(backend, defines, backend.address(scratch), to, { outputs, parts, elements });
  backend.disposeOf(scratch);
  return y;
}

/** How `Reduction` in `kernels/reduce.cu` describes what a launch does. */
interface Plan {
  readonly outputs: number;
  readonly elements: number;
  readonly part: number;
  readonly isAlongRow: boolean;
  readonly kept: StridedAxes;
  readonly reduced: StridedAxes;
}

function write(args: LaunchArguments, { outputs, elements, part, isAlongRow, kept, reduced }: Plan): LaunchArguments {
  args.int32(outputs, elements, part, isAlongRow ? 1 : 0);
  for (const { extents, strides } of [kept, reduced]) {
    args.int32(extents.length);
    for (const numbers of [extents, strides]) {
      args.int32(...Array.from({ length: MAX_AXES }, (_, i) => numbers[i] ?? 0));
    }
  }
  return args;
}

/** Several blocks for each output where outputs alone are too few for the card. */
function partsOf({ device }: CudaBackend, columns: number, elements: number): number {
  const wanted = Math.ceil((device.multiprocessors * BLOCKS_PER_MULTIPROCESSOR) / columns);
  return Math.max(1, Math.min(wanted, Math.floor(elements / LEAST_PART), MAX_PARTS));
}

/** The parts lie as `[parts, outputs]`. */
function merge(
  backend: CudaBackend,
  defines: Defines,
  from: Address,
  to: Address,
  { outputs, parts, elements }: { readonly outputs: number; readonly parts: number; readonly elements: number },
): void {
  const plan: Plan = {
    outputs,
    elements: parts,
    part: parts,
    isAlongRow: false,
    kept: { extents: [outputs], strides: [1] },
    reduced: { extents: [parts], strides: [outputs] },
  };
  const args = write(backend.arguments().address(from).address(to), plan).int32(elements);
  const grid = [Math.ceil(outputs / WARP), 1, 1] as const;
  backend.launch({ file: FILE, name: "merge_parts", defines }, { grid, block: [WARP, THREADS / WARP, 1] }, args);
}
