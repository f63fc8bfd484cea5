import type { Defines } from "../compiler/kernel-source.ts";
import { ARITHMETIC_CODES } from "./arithmetic.ts";
import { LANES, type Lanes } from "./lanes.ts";
import type { ProductPlan } from "./planner.ts";
import { innerExtent } from "./tile.ts";

/** A factor of a product, as far as its kernel is specialised for it. */
export interface FactorKind {
  readonly lanes: Lanes;
  /** Whether it is multiplied by the derivative of an activation on the way. */
  readonly hasSlope: boolean;
}

/** What the kernel of a product is specialised for, besides its plan. */
export interface ProductKind {
  readonly a: FactorKind;
  readonly b: FactorKind;
  /** Spatial axes that windows move along: 2, or 3. */
  readonly spatial: 2 | 3;
  /** Code of the activation that is undone in a factor. */
  readonly slope: number;
  /** Code of the activation of the result. */
  readonly activation: number;
  /** Whether factors have their channels last; of convolutions alone. */
  readonly isChannelsLast?: boolean;
}

/** Whether a factor goes to shared memory without a stay in registers, `kIsAsync` in `kernels/tile-operand.cuh`. */
function isAsync({ lanes, hasSlope }: FactorKind): boolean {
  return lanes !== LANES.rows && !hasSlope;
}

/** Tiles that are on their way at once: more where no registers are taken for it. */
export function stagesOf({ a, b }: Pick<ProductKind, "a" | "b">): number {
  return isAsync(a) && isAsync(b) ? 3 : 2;
}

/** Definitions of `kernels/tile-product.cuh` and of what includes it. */
export function tileDefines(
  kind: ProductKind,
  { arithmetic, tile }: Pick<ProductPlan, "arithmetic" | "tile">,
): Defines {
  return {
    TILE_M: tile.rows,
    TILE_N: tile.columns,
    WARPS_M: tile.warpRows,
    WARPS_N: tile.warpColumns,
    MIN_BLOCKS: tile.residents,
    STAGES: stagesOf(kind),
    PLANES: innerExtent(arithmetic) / 16,
    MATH: ARITHMETIC_CODES[arithmetic],
    SPATIAL: kind.spatial,
    SLOPE: kind.slope,
    ACTIVATION: kind.activation,
    A_LANES: kind.a.lanes,
    B_LANES: kind.b.lanes,
    ...(kind.isChannelsLast === undefined ? {} : { CHANNELS_LAST: kind.isChannelsLast ? 1 : 0 }),
  };
}
