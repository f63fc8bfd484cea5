import process from "node:process";
import { ACTIVATION_NAMES, type ActivationName, type SumArithmetic } from "@camada/test-kit";
import { setDirectPlanner, type DirectPlanner } from "../../src/convolution/direct-planner.ts";
import type { Arithmetic, TensorCoreArithmetic } from "../../src/matrix/arithmetic.ts";
import { setGroupPlanner, setPlanner } from "../../src/matrix/planner.ts";
import { TILES, type Tile } from "../../src/matrix/tile.ts";
import type { WarpgroupProductPlan } from "../../src/matrix/warpgroup-product.ts";
import { cudaBackend, isSimulated } from "./run-kernel.ts";

/** One way to compute a product, and what it may do to its factors and sums. */
export interface PlanCase {
  readonly name: string;
  readonly arithmetic: Arithmetic;
  readonly tile: Tile;
  /** Where warpgroups compute products of matrices. */
  readonly groups?: Omit<WarpgroupProductPlan, "parts">;
  readonly sums: SumArithmetic;
  /** Activations that are undone in factors: each is another kernel to compile. */
  readonly activations: readonly ActivationName[];
}

/** To the nearest numbers without the last bits of float32's fraction. */
function rounder(dropped: number, isTieAway: boolean): (values: Float32Array) => Float32Array {
  return (values) => {
    const bits = new Uint32Array(values.slice().buffer);
    const half = 2 ** (dropped - 1);
    const rounded = bits.map((word) => word + (isTieAway ? half : half - 1 + ((word >>> dropped) & 1)));
    return new Float32Array(rounded.map((word) => (word >>> dropped) << dropped).buffer);
  };
}

/**
 * An instruction of the tensor cores adds up to 16 products to a sum. The products are exact, and every addition may cut
 * off what float32 has no room for: two units `u = 2^-24` of the partial sum, which the magnitudes bound. That makes 17
 * additions for every 16 terms, counting those that only fill up a tile.
 */
const tensorCoreRoundings = (terms: number): number => 2 * 17 * (Math.ceil(terms / 16) + 1);

/**
 * Splitting leaves three errors of `2^-22` in each product, 12 u. The six instructions that add 16 products to zero cut off
 * 9 times 2 u each; then every 16 terms are one term of a sum in float32.
 */
const splitRoundings = (terms: number): number => 12 + 6 * 9 * 2 + Math.ceil(terms / 16) + 1;

/** What sums of products may be off by. */
export const SUMS: Readonly<Record<Arithmetic, SumArithmetic>> = {
  fma: {},
  tf32x3: { roundings: splitRoundings },
  tf32: { round: rounder(13, true), roundings: tensorCoreRoundings },
  bf16: { round: rounder(16, false), roundings: tensorCoreRoundings },
};

/** `CAMADA_CUDA_PLANS=all` takes the time for every tile on a simulated device too. */
const isBrief = isSimulated && process.env["CAMADA_CUDA_PLANS"] !== "all";

/** Numbers of the tiles that there is time to compile for a simulated device. */
const SIMULATED: Readonly<Record<Arithmetic, readonly number[]>> = { fma: [1, 4], tf32x3: [1], tf32: [2], bf16: [5] };

/** Every tile of every arithmetic; a few of them on a simulated device. */
export const PLAN_CASES: readonly PlanCase[] = (Object.keys(TILES) as Arithmetic[]).flatMap((arithmetic) =>
  TILES[arithmetic].flatMap((tile, index) => {
    if (isBrief && !SIMULATED[arithmetic].includes(index)) return [];
    const activations: readonly ActivationName[] = arithmetic === "fma" && index === 1 ? ACTIVATION_NAMES : ["tanh"];
    return [
      {
        name: `${arithmetic} on ${tile.rows} x ${tile.columns}`,
        arithmetic,
        tile,
        sums: SUMS[arithmetic],
        activations,
      },
    ];
  }),
);

/** Numbers of parts to choose from: mostly one. */
export const PARTS = [1, 1, 2, 3, 7] as const;

/** Whether this device has warpgroups: a simulated one has every instruction. */
export const hasWarpgroups = isSimulated || cudaBackend().device.computeCapability.join(".") === "9.0";

const GROUPS: readonly Omit<WarpgroupProductPlan, "parts">[] = [
  { arithmetic: "tf32x3", warpgroups: 1, columns: 24, planes: 4 },
  { arithmetic: "bf16", warpgroups: 2, columns: 40, planes: 2 },
  { arithmetic: "tf32", warpgroups: 2, columns: 64, planes: 8 },
  { arithmetic: "tf32x3", warpgroups: 4, columns: 64, planes: 2 },
];

/**
 * Roundings of sums by warpgroups: every instruction cuts off up to two units of `u = 2^-24` for each of its products and for
 * the sum that they are added to. Split factors have sums of their own for every turn, which are added in float32, and leave
 * 12 u in each product. The most parts are added in float32, too.
 */
function groupRoundings({ arithmetic, planes }: Omit<WarpgroupProductPlan, "parts">) {
  const depth = arithmetic === "bf16" ? 16 : 8;
  const ofTurn = (planes / 2) * (arithmetic === "tf32x3" ? 3 : 1) * (depth + 1) * 2;
  return (terms: number): number => {
    const turns = Math.ceil(terms / ((planes / 2) * depth));
    return (arithmetic === "tf32x3" ? 12 + ofTurn + turns : ofTurn * turns) + Math.max(...PARTS);
  };
}

/** Products of matrices by warpgroups, where there are any; a few of them on a simulated device. */
export const GROUP_CASES: readonly PlanCase[] = GROUPS.slice(0, hasWarpgroups ? (isBrief ? 2 : GROUPS.length) : 0).map(
  (groups) => {
    const { arithmetic, warpgroups, columns } = groups;
    const roundings = groupRoundings(groups);
    return {
      name: `${arithmetic} by warpgroups on ${warpgroups * 64} x ${columns}`,
      arithmetic,
      tile: TILES[arithmetic][1]!,
      groups,
      sums: { ...SUMS[arithmetic], roundings },
      activations: ["tanh"],
    };
  },
);

/** Does something with every product of the backend computed in one way, its sums cut into so many parts. */
export function withPlan<Result>({ arithmetic, tile, groups }: PlanCase, parts: number, run: () => Result): Result {
  const backend = cudaBackend();
  setPlanner(backend, () => ({ arithmetic, tile, parts }));
  if (groups !== undefined) setGroupPlanner(backend, () => ({ ...groups, parts }));
  try {
    return run();
  } finally {
    setPlanner(backend, undefined);
    setGroupPlanner(backend, undefined);
  }
}

/** Does something with direct convolutions as a planner wants them; what it does not plan is a product in the same arithmetic. */
export function withDirectPlanner(arithmetic: TensorCoreArithmetic, planner: DirectPlanner, work: () => void): void {
  const backend = cudaBackend();
  setDirectPlanner(backend, planner);
  setPlanner(backend, () => ({ arithmetic, tile: TILES[arithmetic][1]!, parts: 1 }));
  try {
    work();
  } finally {
    setDirectPlanner(backend, undefined);
    setPlanner(backend, undefined);
  }
}
