import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { LaunchArguments } from "../driver/arguments.ts";
import type { Address } from "../driver/driver.ts";
import { planProduct } from "../matrix/planner.ts";
import type { FactorKind } from "../matrix/tile-defines.ts";
import { addressesOf } from "./addresses.ts";
import { addRowSums, launchTiles, rowSums, type TiledProduct } from "../matrix/tiled-launch.ts";
import { spatialAxes, volume, writeGeometry, type Axes } from "./geometry.ts";
import { forwardLanes, inputGradientLanes, weightGradientLanes, type ConvolutionLanes } from "./lanes.ts";
import type { Finish, Gradient, Pass } from "./pass.ts";

/** Extents of a pass as a product, whichever factor is the left one. */
interface Extents {
  readonly channels: number;
  readonly places: number;
  /** Terms of each sum. */
  readonly inner: number;
  readonly members: number;
}

/** Which factor is multiplied by the derivative of an activation, and which activation that is. */
interface Slope {
  readonly code: number;
  readonly factor: "windows" | "other" | "none";
}

function define(
  { kernel, geometry }: Pass,
  name: string,
  { windows, other }: ConvolutionLanes,
  { channels, places, inner, members }: Extents,
  slope: Slope,
  { activation, alpha }: Pick<Finish, "activation" | "alpha">,
): TiledProduct {
  const { isChannelsLast } = geometry;
  const entry = name.replaceAll("-", "_");
  const hasSlope = (factor: Slope["factor"]): boolean => slope.code !== 0 && slope.factor === factor;
  const window: FactorKind = { lanes: windows, hasSlope: hasSlope("windows") };
  const factor: FactorKind = { lanes: other, hasSlope: hasSlope("other") };
  return {
    kernel,
    file: `convolution-${name}.cu`,
    entry: `convolution_${entry}`,
    addEntry: `add_${entry}_partials`,
    size: isChannelsLast
      ? { rows: places, columns: channels, inner, members }
      : { rows: channels, columns: places, inner, members },
    a: isChannelsLast ? window : factor,
    b: isChannelsLast ? factor : window,
    slope: slope.code,
    spatial: spatialAxes(geometry),
    activation,
    alpha,
    biasOfRows: !isChannelsLast,
    isChannelsLast,
  };
}

const write = (args: LaunchArguments, ...addresses: readonly Address[]): LaunchArguments =>
  addresses.reduce((written, address) => written.address(address), args);

const NOTHING: Pick<Finish, "activation" | "alpha"> = { activation: 0, alpha: 0 };

/** `y = activation(x * weight + bias)` */
export function tiledForward(
  { backend, ...pass }: Pass,
  x: TensorInfo,
  weight: TensorInfo,
  y: TensorInfo,
  finish: Finish,
): void {
  const { geometry } = pass;
  const { images, groups, inChannels, outChannels, out, taps } = geometry;
  const extents: Extents = {
    channels: outChannels,
    places: images * volume(out),
    inner: inChannels * volume(taps),
    members: groups,
  };
  const slope: Slope = { code: 0, factor: "none" };
  const product = define({ backend, ...pass }, "forward", forwardLanes(geometry), extents, slope, finish);
  const [from, factor, bias, to] = addressesOf(backend, x, weight, finish.bias, y);
  launchTiles(backend, product, planProduct(backend, product.size), {
    product: (args, partials) => write(args, from, factor, bias, to, partials),
    add: (args, partials) => write(args, bias, to, partials),
    struct: (args) => writeGeometry(args, geometry),
  });
}

/** The gradient of x, to `dx`. */
export function tiledInputGradient(pass: Pass, gradient: Gradient, weight: TensorInfo, dx: TensorInfo): void {
  const { backend, geometry } = pass;
  const { images, groups, inChannels, outChannels, taps, strides } = geometry;
  // Every phase of every axis is a product of its own, with the pixels and the taps that belong to it.
  const perPhase = (of: Axes): number =>
    of.reduce((size, extent, axis) => size * Math.ceil(extent / strides[axis]!), 1);
  const extents: Extents = {
    channels: inChannels,
    places: images * perPhase(geometry.in),
    inner: outChannels * perPhase(taps),
    members: groups * volume(strides),
  };
  const slope: Slope = { code: gradient.activation, factor: "windows" };
  const product = define(pass, "input-gradient", inputGradientLanes(geometry), extents, slope, NOTHING);
  const [dy, y, factor, to] = addressesOf(backend, gradient.dy, gradient.y, weight, dx);
  launchTiles(backend, product, planProduct(backend, product.size), {
    product: (args, partials) => write(args, dy, y, factor, to, partials),
    add: (args, partials) => write(args, to, partials),
    struct: (args) => writeGeometry(args, geometry),
  });
}

/** The gradient of the weight, to `dw`, and that of the bias, to `db`, if it is wanted; not where channels lie together. */
export function tiledWeightGradient(
  pass: Pass,
  x: TensorInfo,
  gradient: Gradient,
  dw: TensorInfo,
  db: TensorInfo | undefined,
): void {
  const { backend, geometry } = pass;
  const { images, groups, inChannels, outChannels, out, taps } = geometry;
  const extents: Extents = {
    channels: outChannels,
    places: inChannels * volume(taps),
    inner: images * volume(out),
    members: groups,
  };
  const slope: Slope = { code: gradient.activation, factor: "other" };
  const product = define(pass, "weight-gradient", weightGradientLanes(geometry), extents, slope, NOTHING);
  const plan = planProduct(backend, product.size);
  const [from, dy, y, to] = addressesOf(backend, x, gradient.dy, gradient.y, dw);
  const sums = rowSums(backend, db, groups, outChannels, plan.parts);
  launchTiles(backend, product, plan, {
    product: (args, partials) => write(args, from, dy, y, to, partials, sums.address),
    add: (args, partials) => write(args, to, partials),
    struct: (args) => writeGeometry(args, geometry),
  });
  if (sums.partials === undefined) return;
  addRowSums(backend, sums.partials, db!, [groups, plan.parts, outChannels]);
  backend.disposeOf(sums.partials);
}
