import type { Defines } from "../../src/compiler/kernel-source.ts";
import type { WarpShape } from "../../src/convolution/direct-costs.ts";
import { shapeDefines, turned, type Direct } from "../../src/convolution/direct-geometry.ts";
import { DIRECT_GRADIENT_SHAPES } from "../../src/convolution/direct-gradient-plan.ts";
import { DIRECT_SHAPES } from "../../src/convolution/direct-plan.ts";
import { productDefines } from "../../src/matrix/warpgroup-costs.ts";
import { planWarpgroupGradients, warpgroupGradientDefines } from "../../src/convolution/warpgroup-gradient-plan.ts";
import { planWarpgroups, warpgroupDefines, warpgroupLayout } from "../../src/convolution/warpgroup-plan.ts";
import type { Arithmetic } from "../../src/matrix/arithmetic.ts";
import { LANES, type Lanes } from "../../src/matrix/lanes.ts";
import { tileDefines } from "../../src/matrix/tile-defines.ts";
import { OPERATIONS } from "../../src/reductions/operations.ts";
import { TILES } from "../../src/matrix/tile.ts";
import { planWarpgroupProducts, warpgroupBlocks } from "../../src/matrix/warpgroup-product.ts";
import { TRIED } from "../../src/tuning.ts";

type Capability = readonly [major: number, minor: number];

/** Code of tanh, an activation to undo. */
const TANH = 3;

/**
 * A kernel of products on the largest tiles of every arithmetic that a card has, and on two smaller ones.
 * @param lanes of the factors, with channels first and with channels last.
 * @param slopeOf which factor is multiplied by a derivative, with channels first.
 */
function products(lanes: readonly (readonly [Lanes, Lanes])[], slopeOf?: "a" | "b") {
  return ([major]: Capability): Defines[] => {
    const arithmetics: readonly Arithmetic[] = major < 8 ? ["fma"] : ["fma", "tf32", "tf32x3", "bf16"];
    const plans = arithmetics.map((arithmetic) => ({ arithmetic, tile: TILES[arithmetic][0]! }));
    const all = [...plans, ...TILES.fma.slice(-2).map((tile) => ({ arithmetic: "fma" as const, tile }))];
    return all.map((plan, index) => {
      const isChannelsLast = index % lanes.length === 1;
      const [a, b] = lanes[index % lanes.length]!;
      const slope = slopeOf === undefined ? 0 : TANH;
      const hasSlope = (factor: "a" | "b"): boolean => slope !== 0 && (slopeOf === factor) !== isChannelsLast;
      const kind = { a: { lanes: a, hasSlope: hasSlope("a") }, b: { lanes: b, hasSlope: hasSlope("b") } };
      return tileDefines({ ...kind, spatial: index % 2 === 0 ? 2 : 3, slope, activation: TANH, isChannelsLast }, plan);
    });
  };
}

/** Kernels of the tensor cores in every arithmetic, on their smallest and their largest shape of warps. */
function direct(shapes: readonly WarpShape[], defines: Defines) {
  return ([major]: Capability): Defines[] =>
    (["tf32", "tf32x3", "bf16"] as const)
      .filter(() => major >= 8)
      .flatMap((arithmetic) =>
        [shapes[0]!, shapes.at(-1)!].map((shape, index) => ({
          ...shapeDefines(shape, arithmetic),
          ...defines,
          POSITIONS: 1 + 3 * index,
          PLANE: 360 * index,
        })),
      );
}

/** The card that has warpgroups, and the lesson's convolutions but the first, which has too few channels for them. */
const HOPPER = { multiprocessors: 132, sharedBytes: 227 * 1024 };
const LESSON: readonly Direct[] = (
  [
    [6, 16, 28],
    [16, 120, 24],
  ] as const
).map(([channels, outputs, size]) => ({
  images: 128,
  groups: 1,
  channels,
  outputs,
  in: [size, size],
  out: [size - 4, size - 4],
  taps: [5, 5],
  strides: [1, 1],
  pads: [0, 0],
  dilations: [1, 1],
}));

/** The lesson's first dense layer and its two gradients. */
const DENSE = [
  {
    size: { rows: 128, columns: 84, inner: 48_000 },
    a: LANES.innerQuads,
    b: LANES.innerQuads,
    slope: 0,
    activation: TANH,
  },
  { size: { rows: 128, columns: 48_000, inner: 84 }, a: LANES.innerQuads, b: LANES.rows, slope: TANH, activation: 0 },
  { size: { rows: 84, columns: 48_000, inner: 128 }, a: LANES.rows, b: LANES.rows, slope: TANH, activation: 0 },
].map(({ size, ...rest }) => ({ ...rest, size: { ...size, members: 1 } }));

/** Kernels of warpgroups in every arithmetic, as the lesson's convolutions need them. */
function warpgroups(definesOf: (direct: Direct, arithmetic: "tf32" | "tf32x3" | "bf16") => readonly Defines[]) {
  return ([major]: Capability): Defines[] =>
    (["tf32", "tf32x3", "bf16"] as const)
      .filter(() => major === 9)
      .flatMap((arithmetic) => LESSON.flatMap((direct) => definesOf(direct, arithmetic)));
}

/** Kernels of depthwise convolutions in both layouts. */
function depthwise(defines: Defines) {
  return (): Defines[] => [0, 1].map((isLast) => ({ CHANNELS_LAST: isLast, ...defines }));
}

/** What the backend specialises a source for, where it does: one entry for each way that is to be compiled. */
export const VARIANTS: Readonly<Record<string, (capability: Capability) => readonly Defines[]>> = {
  "matrix-product.cu": products(
    [
      [LANES.innerQuads, LANES.rows],
      [LANES.inner, LANES.innerQuads],
      [LANES.rows, LANES.inner],
    ],
    "a",
  ),
  "convolution-forward.cu": products([
    [LANES.innerQuads, LANES.rows],
    [LANES.inner, LANES.rows],
  ]),
  "convolution-input-gradient.cu": products(
    [
      [LANES.inner, LANES.rows],
      [LANES.innerQuads, LANES.innerQuads],
    ],
    "b",
  ),
  "convolution-weight-gradient.cu": products(
    [
      [LANES.innerQuads, LANES.inner],
      [LANES.rows, LANES.rows],
    ],
    "a",
  ),
  "direct-convolution.cu": direct(DIRECT_SHAPES, { ACTIVATION: TANH }),
  "direct-weight-gradient.cu": direct(DIRECT_GRADIENT_SHAPES, {}),
  "direct-weights.cu": ([major]) => [1, 2, 3].filter(() => major >= 8).map((MATH) => ({ MATH })),
  "warpgroup-convolution.cu": warpgroups((direct, arithmetic) =>
    [direct, turned(direct)!].flatMap((one, index) => {
      const ACTIVATION = index === 0 ? TANH : 0;
      return planWarpgroups(one, arithmetic, HOPPER, TRIED).map((plan) => ({
        ...warpgroupDefines(plan, warpgroupLayout(plan, one).items),
        ACTIVATION,
      }));
    }),
  ),
  "warpgroup-weight-gradient.cu": warpgroups((direct, arithmetic) =>
    planWarpgroupGradients(direct, arithmetic, HOPPER, TRIED).map((plan) => warpgroupGradientDefines(plan, direct)),
  ),
  "warpgroup-weights.cu": warpgroups((_, arithmetic) => [{ ...productDefines(80, arithmetic), PLANES: 4 }]),
  "warpgroup-product.cu": ([major]) =>
    (["tf32", "tf32x3", "bf16"] as const)
      .filter(() => major === 9)
      .flatMap((arithmetic) =>
        DENSE.flatMap(({ size, a, b, slope, activation }) => {
          const factors = { a: { lanes: a, hasSlope: slope !== 0 }, b: { lanes: b, hasSlope: false } };
          const plans = planWarpgroupProducts(size, arithmetic, HOPPER, TRIED);
          return plans.map((plan) => warpgroupBlocks(plan, { ...factors, slope, activation }).defines);
        }),
      ),
  "activation-gradient.cu": () => [0, 1, 2, TANH, 4, 5].map((KIND) => ({ KIND })),
  "reduce.cu": () => Object.values(OPERATIONS),
  "update.cu": () => [{ CAPACITY: 1 }, { CAPACITY: 64 }],
  "depthwise-forward.cu": depthwise({ ACTIVATION: TANH }),
  "depthwise-input-gradient.cu": depthwise({ SLOPE: TANH }),
  "depthwise-weight-gradient.cu": depthwise({ SLOPE: TANH }),
};

/** Definitions to compile a source with, for a card; none at all for a source that is not specialised. */
export function variantsOf(file: string, capability: Capability): readonly Defines[] {
  return VARIANTS[file]?.(capability) ?? [{}];
}
