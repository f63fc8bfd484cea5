import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Address } from "../driver/driver.ts";
import { lanesOf } from "./lanes.ts";
import type { TrialResult } from "../tuning.ts";
import { planMatrixProduct, type ProductPlan } from "./planner.ts";
import { addRowSums, launchProduct, launchTiles, rowSums, type ProductArguments } from "./tiled-launch.ts";
import { warpgroupBlocks, type WarpgroupProductPlan } from "./warpgroup-product.ts";

/** Axes of a batch that the kernel knows. */
const BATCH_AXES = 3;

/**
 * A factor: element `(i, j)` of the member at `batch` places stands at `i * row + j * column + sum(batch * member)` from its
 * first one.
 */
export interface Factor {
  readonly address: Address;
  readonly row: number;
  readonly column: number;
  /** Elements from one place to the next of each axis of the batch, 0 where one serves all. Default: no batch. */
  readonly members?: readonly number[];
}

/** A product of `[m, k]` and `[k, n]` matrices, and what it is finished with. */
export interface Product {
  /** Name of the kernel for people. */
  readonly kernel: string;
  /** Extents of the batch's axes, three at most. Default: one matrix. */
  readonly batch?: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** One number for each column, or 0. */
  readonly bias?: Address;
  /** Codes of `activations.ts`. */
  readonly activation?: number;
  readonly alpha?: number;
  /** Activated values laid out as the left factor, which is multiplied by the derivative there; with its code. */
  readonly undone?: { readonly address: Address; readonly code: number };
  /** Where the sums of the left factor's rows go, `[m]`. */
  readonly rowSums?: TensorInfo | undefined;
}

/** `c = activation(a b + bias)`, `c` being `[batch, m, n]` row-major. */
export function multiply(backend: CudaBackend, a: Factor, b: Factor, c: Address, product: Product): void {
  const { kernel, batch = [], m, n, k, bias = 0, activation = 0, alpha = 0 } = product;
  const undone = product.undone?.code === 0 ? undefined : product.undone;
  const members = batch.reduce((count, extent) => count * extent, 1);
  if (members * m * n === 0) return;
  const size = { rows: m, columns: n, inner: k, members };
  const inFront = Array.from({ length: BATCH_AXES - batch.length }, () => 0);
  const [aMembers, bMembers] = [a, b].map(({ members: own = [] }) => [...inFront, ...own]) as [number[], number[]];
  const common = {
    kernel,
    size,
    a: { lanes: lanesOf(k, a.column, [a.row, ...aMembers]), hasSlope: undone !== undefined },
    b: { lanes: lanesOf(k, b.row, [b.column, ...bMembers]), hasSlope: false },
    spatial: 2,
    slope: undone?.code ?? 0,
    activation,
    alpha,
    biasOfRows: false,
  } as const;
  const compute = (plan: ProductPlan | WarpgroupProductPlan): void => {
    const sums = rowSums(backend, product.rowSums, members, m, plan.parts);
    const write: ProductArguments = {
      product: (args, partials) =>
        [a.address, undone?.address ?? 0, b.address, bias, c, partials, sums.address].reduce(
          (written, address) => written.address(address),
          args,
        ),
      add: (args, partials) => args.address(bias).address(c).address(partials),
      struct: (args) =>
        args
          .int32(m, n, k, a.row, a.column, b.column, b.row)
          .int32(...inFront.map(() => 1), ...batch, ...aMembers, ...bMembers),
    };
    if ("warpgroups" in plan) {
      const entries = { file: "warpgroup-product.cu", entry: "warpgroup_product", addEntry: "add_group_partials" };
      launchProduct(backend, { ...common, ...entries }, warpgroupBlocks(plan, common), write);
    } else {
      const entries = { file: "matrix-product.cu", entry: "matrix_product", addEntry: "add_matrix_partials" };
      launchTiles(backend, { ...common, ...entries }, plan, write);
    }
    if (sums.partials === undefined) return;
    addRowSums(backend, sums.partials, product.rowSums!, [members, plan.parts, m]);
    backend.disposeOf(sums.partials);
  };
  const results = (): TrialResult[] => [
    { address: c, size: members * m * n },
    ...(product.rowSums === undefined ? [] : [{ address: backend.address(product.rowSums), size: members * m }]),
  ];
  const lies = [a, b].map(({ column }) => (column === 1 ? "" : " turned")).join("");
  compute(planMatrixProduct(backend, size, `${kernel}${lies}`, { compute, results }));
}
