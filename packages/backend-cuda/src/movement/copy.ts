import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { LaunchArguments } from "../driver/arguments.ts";
import { elementLaunch } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { elementBytes, type DeviceType } from "../memory/storage.ts";
import { fewestAxes, tiledAxes, type CopyAxis } from "./copy-axes.ts";

const FILE = "copy.cu";
/** `kMaxAxes` in `kernels/copy.cu`: a tile has two for each of the six that tfjs knows. */
const MAX_AXES = 12;
/** `kTile` and `kTileRows` there. */
const TILE = 32;
const TILE_ROWS = 8;
/** Shorter axes would leave most of a tile empty. */
const LEAST_TILED = 8;
/** Blocks along the second axis of a grid. */
const MAX_BLOCKS = 65_535;

/** Elements of a tensor: where the first lies, and how far the next is along each axis. */
export interface Strided {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Elements from one place of each axis to the next, of a row-major tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
}

/**
 * Copies elements from one tensor to another of the same type.
 * @param extents of the axes that are gone through.
 */
export function copyElements(
  backend: CudaBackend,
  kernel: string,
  extents: readonly number[],
  [x, from]: readonly [TensorInfo, Strided],
  [y, to]: readonly [TensorInfo, Strided],
): void {
  requireCountable(kernel, x, y);
  if (extents.includes(0)) return;
  const all = extents.map((extent, i) => ({ extent, from: from.strides[i]!, to: to.strides[i]! }));
  const axes = fewestAxes(all);
  const bytes = elementBytes(x.dtype as DeviceType);
  const source = backend.address(x) + from.offset * bytes;
  const target = backend.address(y) + to.offset * bytes;
  const count = axes.reduce((product, { extent }) => product * extent, 1);
  const [only] = axes;
  if (axes.length === 0 || (axes.length === 1 && only!.from === 1 && only!.to === 1)) {
    backend.context.copy(target, source, count * bytes);
    return;
  }
  const suffix = bytes === 4 ? "words" : "bytes";
  const args = backend.arguments().address(source).address(target);
  const tiled = tiledAxes(axes);
  const isTiled = tiled !== undefined && tiled.slice(-2).every(({ extent }) => extent >= LEAST_TILED);
  if (!isTiled) {
    writeAxes(args.int32(count), kernel, axes);
    backend.launch({ file: FILE, name: `copy_${suffix}` }, elementLaunch(count, 1), args);
    return;
  }
  const [rows, columns] = tiled.slice(-2).map(({ extent }) => extent) as [number, number];
  const matrices = count / rows / columns;
  writeAxes(args.int32(matrices), kernel, tiled);
  const tiles = Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  const grid = [tiles, Math.min(matrices, MAX_BLOCKS), 1] as const;
  backend.launch({ file: FILE, name: `transpose_${suffix}` }, { grid, block: [TILE, TILE_ROWS, 1] }, args);
}

function writeAxes(args: LaunchArguments, kernel: string, axes: readonly CopyAxis[]): void {
  if (axes.length > MAX_AXES) {
    throw new RangeError(`cuda: expected ${kernel} to go through at most ${MAX_AXES} axes, got ${axes.length}`);
  }
  args.int32(axes.length);
  for (const side of ["extent", "from", "to"] as const) {
    args.int32(...Array.from({ length: MAX_AXES }, (_, i) => axes[i]?.[side] ?? 0));
  }
}
