import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend, LaunchShape } from "../cuda-backend.ts";
import type { LaunchArguments } from "../driver/arguments.ts";
import type { Address } from "../driver/driver.ts";
import { elementLaunch, sizeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { around } from "../movement/around.ts";

const FILE = "batch-norm.cu";
const THREADS = 256;
/** Least elements of a channel that are worth a block of their own. */
const LEAST_PART = 4096;
const BLOCKS_PER_MULTIPROCESSOR = 4;
const MAX_PARTS = 65_535;
/** Of `Moments`, `GradientSums` and `Factors` in `kernels/batch-norm.cu`, in words. */
const MOMENTS_WORDS = 4;
const SUMS_WORDS = 2;
const FACTORS_WORDS = 3;

/** A tensor around the axis of its channels, and how the elements of a channel are shared out. */
export interface Channels {
  readonly kernel: string;
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
  /** Elements of one block, and blocks of a channel. */
  readonly part: number;
  readonly parts: number;
}

/** Looks at a tensor from the axis of its channels. */
export function channelsOf(backend: CudaBackend, kernel: string, x: TensorInfo, axis: number): Channels {
  requireCountable(kernel, x);
  const [outer, channels, inner] = around(x.shape, axis);
  const elements = outer * inner;
  const wanted = Math.ceil((backend.device.multiprocessors * BLOCKS_PER_MULTIPROCESSOR) / Math.max(channels, 1));
  const parts = Math.max(1, Math.min(wanted, Math.floor(elements / LEAST_PART), MAX_PARTS));
  const part = Math.ceil(elements / parts);
  // Rounding up may leave nothing for the last blocks.
  return { kernel, outer, channels, inner, part, parts: elements === 0 ? 0 : Math.ceil(elements / part) };
}

/** Mean and biased variance of every channel, `[c]` each. */
export function moments(backend: CudaBackend, channels: Channels, x: TensorInfo): [TensorInfo, TensorInfo] {
  const from = backend.address(x);
  const [mean, variance] = [backend.output([channels.channels]), backend.output([channels.channels])];
  if (channels.channels === 0) return [mean, variance];
  const scratch = backend.output([channels.channels * Math.max(channels.parts, 1) * MOMENTS_WORDS]);
  const at = backend.address(scratch);
  if (channels.parts > 0) {
    const args = writeShape(written(backend, from, at), channels).int32(channels.part);
    backend.launch({ file: FILE, name: "moment_parts" }, partLaunch(channels), args);
  }
  const args = writeShape(written(backend, at, backend.address(mean), backend.address(variance)), channels);
  args.int32(channels.part, channels.parts);
  backend.launch({ file: FILE, name: "merge_moments" }, elementLaunch(channels.channels, 1), args);
  backend.disposeOf(scratch);
  return [mean, variance];
}

/** What {@link normalized} normalizes by; `gamma` is 1 and `beta` 0 where they are absent. */
export interface Normalization {
  /** `[c]` */
  readonly mean: TensorInfo;
  /** `[c]` */
  readonly variance: TensorInfo;
  /** `[c]` */
  readonly gamma: TensorInfo | undefined;
  /** `[c]` */
  readonly beta: TensorInfo | undefined;
  readonly epsilon: number;
}

/** `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, shaped as `x`. */
export function normalized(backend: CudaBackend, channels: Channels, x: TensorInfo, by: Normalization): TensorInfo {
  const [from, mean, variance, gamma, beta] = [x, by.mean, by.variance, by.gamma, by.beta].map((tensor) =>
    backend.addressOf(tensor),
  ) as [Address, Address, Address, Address, Address];
  const y = backend.output(x.shape);
  const count = sizeOf(x);
  if (count === 0) return y;
  const slopes = backend.output([channels.channels]);
  const at = backend.address(slopes);
  const slopeArgs = written(backend, variance, gamma, at).int32(channels.channels).float32(by.epsilon);
  backend.launch({ file: FILE, name: "channel_slopes" }, elementLaunch(channels.channels, 1), slopeArgs);
  const args = written(backend, from, mean, at, beta, backend.address(y)).int64(count);
  backend.launch({ file: FILE, name: "normalize" }, elementLaunch(count), writeShape(args, channels));
  backend.disposeOf(slopes);
  return y;
}

/** Inputs of {@link normalizationGradient}. */
export interface GradientInputs {
  readonly dy: TensorInfo;
  readonly x: TensorInfo;
  /** `[c]` */
  readonly mean: TensorInfo;
  /** `[c]` */
  readonly variance: TensorInfo;
  /** `[c]` */
  readonly gamma: TensorInfo;
}

/** `dx` shaped as `x`, `dGamma` and `dBeta` `[c]`. */
export function normalizationGradient(
  backend: CudaBackend,
  channels: Channels,
  { dy, x, mean, variance, gamma }: GradientInputs,
  { epsilon, isOfBatch }: { readonly epsilon: number; readonly isOfBatch: boolean },
): TensorInfo[] {
  const [dyAt, xAt, meanAt, varianceAt, gammaAt] = [dy, x, mean, variance, gamma].map((tensor) =>
    backend.address(tensor),
  ) as [Address, Address, Address, Address, Address];
  const { channels: count, parts, part } = channels;
  const [dx, dGamma, dBeta] = [backend.output(x.shape), backend.output([count]), backend.output([count])];
  if (count === 0) return [dx, dGamma, dBeta];
  const sums = backend.output([count * Math.max(parts, 1) * SUMS_WORDS]);
  const factors = backend.output([count * FACTORS_WORDS]);
  const [sumsAt, factorsAt] = [backend.address(sums), backend.address(factors)];
  if (parts > 0) {
    const args = writeShape(written(backend, dyAt, xAt, meanAt, sumsAt), channels).int32(part);
    backend.launch({ file: FILE, name: "gradient_parts" }, partLaunch(channels), args);
  }
  const outputs = [backend.address(dGamma), backend.address(dBeta)];
  const mergeArgs = writeShape(written(backend, sumsAt, varianceAt, gammaAt, ...outputs, factorsAt), channels);
  mergeArgs.int32(parts).float32(epsilon).int32(Number(isOfBatch));
  backend.launch({ file: FILE, name: "merge_gradient" }, elementLaunch(count, 1), mergeArgs);
  const elements = sizeOf(x);
  if (elements > 0) {
    const args = written(backend, dyAt, xAt, meanAt, factorsAt, backend.address(dx)).int64(elements);
    backend.launch({ file: FILE, name: "apply_gradient" }, elementLaunch(elements), writeShape(args, channels));
  }
  for (const scratch of [sums, factors]) backend.disposeOf(scratch);
  return [dx, dGamma, dBeta];
}

function written(backend: CudaBackend, ...addresses: readonly Address[]): LaunchArguments {
  return addresses.reduce((args, address) => args.address(address), backend.arguments());
}

function writeShape(args: LaunchArguments, { outer, channels, inner }: Channels): LaunchArguments {
  return args.int32(outer, channels, inner);
}

function partLaunch({ channels, parts }: Channels): LaunchShape {
  return { grid: [channels, parts, 1], block: [THREADS, 1, 1] };
}
