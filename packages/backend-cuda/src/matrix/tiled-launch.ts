import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Defines } from "../compiler/kernel-source.ts";
import type { CudaBackend } from "../cuda-backend.ts";
import type { LaunchArguments } from "../driver/arguments.ts";
import type { Address } from "../driver/driver.ts";
import type { ProductSize } from "./arithmetic.ts";
import type { ProductPlan } from "./planner.ts";
import { requireCount } from "./size-error.ts";
import { stagesOf, tileDefines, type ProductKind } from "./tile-defines.ts";
import { innerExtent } from "./tile.ts";

/** A product, by whatever kernel. */
export interface LaunchedProduct {
  /** Name of the kernel for people. */
  readonly kernel: string;
  /** File of `kernels/`. */
  readonly file: string;
  /** Entry point for the product, and the one that adds partial sums. */
  readonly entry: string;
  readonly addEntry: string;
  readonly size: ProductSize;
  /** Slope of the result's activation below 0, where it has one. */
  readonly alpha: number;
  readonly biasOfRows: boolean;
}

/** A product on tiles: everything but where its factors are. */
export interface TiledProduct extends ProductKind, LaunchedProduct {}

/** How blocks share a product. */
export interface BlockShape {
  /** Rows and columns of a block's sums, and into how many parts each is cut. */
  readonly rows: number;
  readonly columns: number;
  readonly parts: number;
  readonly threads: number;
  readonly sharedBytes: number;
  readonly defines: Defines;
}

/** What {@link launchProduct} is told by the kernel at hand. */
export interface ProductArguments {
  /** Writes the arguments of the product up to its struct, with the address of partial sums. */
  readonly product: (args: LaunchArguments, partials: Address) => LaunchArguments;
  /** Writes those of the entry that adds partial sums. */
  readonly add: (args: LaunchArguments, partials: Address) => LaunchArguments;
  /** Writes the struct. */
  readonly struct: (args: LaunchArguments) => LaunchArguments;
}

const ADD_THREADS = 256;
/** From so many rows on one thread for each keeps a card busy, and neighbours read neighbours. */
const ROWS_FOR_THREADS = 8192;
const PARTS_FOR_WARPS = 16;
const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Starts a product on tiles. */
export function launchTiles(
  backend: CudaBackend,
  product: TiledProduct,
  plan: ProductPlan,
  write: ProductArguments,
): void {
  const { arithmetic, tile, parts } = plan;
  const { rows, columns } = tile;
  const sharedBytes = stagesOf(product) * (rows + columns) * innerExtent(arithmetic) * BYTES;
  const threads = 32 * tile.warpRows * tile.warpColumns;
  launchProduct(
    backend,
    product,
    { rows, columns, parts, threads, sharedBytes, defines: tileDefines(product, plan) },
    write,
  );
}

/** Starts a product, and the sum of its parts where there are several. */
export function launchProduct(
  backend: CudaBackend,
  { kernel, file, entry, addEntry, size, alpha, biasOfRows }: LaunchedProduct,
  shape: BlockShape,
  write: ProductArguments,
): void {
  const { parts, defines, threads, sharedBytes } = shape;
  const { rows, columns, members } = size;
  const rowTiles = Math.ceil(rows / shape.rows);
  const columnTiles = Math.ceil(columns / shape.columns);
  requireCount(kernel, "all its sums", rows * columns * members);
  requireCount(kernel, "all its blocks", rowTiles * columnTiles * parts * members);
  const writeLaunch = (args: LaunchArguments): LaunchArguments =>
    args.int32(rowTiles, columnTiles, parts, rows, columns, biasOfRows ? 1 : 0).float32(alpha);
  const partials = parts > 1 ? backend.output([members, parts, rows, columns]) : undefined;
  const address = backend.addressOf(partials);
  try {
    backend.launch(
      { file, name: entry, defines },
      { grid: [rowTiles * columnTiles * parts * members, 1, 1], block: [threads, 1, 1], sharedBytes },
      writeLaunch(write.struct(write.product(backend.arguments(), address))),
    );
    if (partials === undefined) return;
    backend.launch(
      { file, name: addEntry, defines },
      { grid: [members * Math.ceil((rows * columns) / ADD_THREADS), 1, 1], block: [ADD_THREADS, 1, 1] },
      writeLaunch(write.struct(write.add(backend.arguments(), address))),
    );
  } finally {
    if (partials !== undefined) backend.disposeOf(partials);
  }
}

/**
 * Sums of the left factor's rows, `[members, rows]`: `target` itself, or with several parts a tensor for partial sums that
 * `finish` adds to it.
 */
export function rowSums(
  backend: CudaBackend,
  target: TensorInfo | undefined,
  members: number,
  rows: number,
  parts: number,
): { readonly address: Address; readonly partials: TensorInfo | undefined } {
  const partials = target !== undefined && parts > 1 ? backend.output([members, parts, rows]) : undefined;
  return { address: backend.addressOf(partials ?? target), partials };
}

/** Adds partial sums of rows, `[member][part][row]`. */
export function addRowSums(
  backend: CudaBackend,
  partials: TensorInfo,
  target: TensorInfo,
  [members, parts, rows]: readonly [number, number, number],
): void {
  const args = backend.arguments().address(backend.address(partials)).address(backend.address(target));
  const byWarps = members * rows < ROWS_FOR_THREADS && parts >= PARTS_FOR_WARPS;
  const threads = members * rows * (byWarps ? 32 : 1);
  backend.launch(
    { file: "row-sums.cu", name: byWarps ? "add_row_sums_by_warps" : "add_row_sums" },
    { grid: [Math.ceil(threads / ADD_THREADS), 1, 1], block: [ADD_THREADS, 1, 1] },
    args.int32(members, parts, rows),
  );
}
