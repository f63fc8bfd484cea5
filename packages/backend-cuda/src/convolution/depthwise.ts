import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { LaunchShape } from "../cuda-backend.ts";
import type { LaunchArguments } from "../driver/arguments.ts";
import { requireCount } from "../matrix/size-error.ts";
import { volume, writeGeometry, type Axes, type Geometry } from "./geometry.ts";
import type { Finish, Gradient, Pass } from "./pass.ts";

const THREADS = 256;
/** Pixels of a thread, `kShare` in `kernels/depthwise-geometry.cuh`. */
const SHARE = 4;
/** Channels of a block where they lie together, `kChannels` in `kernels/depthwise-weight-gradient.cu`. */
const CHANNELS_LAST_BLOCK = 32;
/** Pixels that a part of a weight's gradient should have at least. */
const LEAST_PIXELS = 2048;

function definesOf(
  { isChannelsLast }: Geometry,
  activation: { readonly SLOPE: number } | { readonly ACTIVATION: number },
) {
  return { CHANNELS_LAST: isChannelsLast ? 1 : 0, ...activation };
}

/** Threads for some pixels each of all channels of all images. */
function shares(kernel: string, images: number, channels: number, extents: Axes): LaunchShape {
  const threads = images * channels * Math.ceil(volume(extents) / SHARE);
  requireCount(kernel, "all its threads", threads + THREADS);
  return { grid: [Math.ceil(threads / THREADS), 1, 1], block: [THREADS, 1, 1] };
}

/** `y = activation(x * weight + bias)` */
export function depthwiseForward(
  { backend, kernel, geometry }: Pass,
  x: TensorInfo,
  weight: TensorInfo,
  y: TensorInfo,
  { bias, activation, alpha }: Finish,
): void {
  const { images, groups, outChannels, out } = geometry;
  const addresses = [x, weight, bias, y].map((tensor) => backend.addressOf(tensor));
  const args = addresses.reduce((written, address) => written.address(address), backend.arguments());
  backend.launch(
    {
      file: "depthwise-forward.cu",
      name: "depthwise_forward",
      defines: definesOf(geometry, { ACTIVATION: activation }),
    },
    shares(kernel, images, groups * outChannels, out),
    writeGeometry(args, geometry).float32(alpha),
  );
}

/** The gradient of x, to `dx`. */
export function depthwiseInputGradient(
  { backend, kernel, geometry }: Pass,
  { dy, y, activation }: Gradient,
  weight: TensorInfo,
  dx: TensorInfo,
): void {
  const { images, groups, in: extents } = geometry;
  const addresses = [dy, y, weight, dx].map((tensor) => backend.addressOf(tensor));
  const args = addresses.reduce((written, address) => written.address(address), backend.arguments());
  backend.launch(
    {
      file: "depthwise-input-gradient.cu",
      name: "depthwise_input_gradient",
      defines: definesOf(geometry, { SLOPE: activation }),
    },
    shares(kernel, images, groups, extents),
    writeGeometry(args, geometry),
  );
}

/** The gradient of the weight, to `dw`, and that of the bias, to `db`, if it is wanted. */
export function depthwiseWeightGradient(
  { backend, kernel, geometry }: Pass,
  x: TensorInfo,
  { dy, y, activation }: Gradient,
  dw: TensorInfo,
  db: TensorInfo | undefined,
): void {
  const { images, groups, outChannels, out, taps, isChannelsLast } = geometry;
  const channels = groups * outChannels;
  const sums = volume(taps) + (db === undefined ? 0 : 1);
  const blocks = Math.ceil(channels / (isChannelsLast ? CHANNELS_LAST_BLOCK : 1));
  const parts = partsOf(images * volume(out), blocks, backend.device.multiprocessors);
  requireCount(kernel, "all its pixels", images * volume(out));
  requireCount(kernel, "all its blocks", blocks * parts);
  const [from, gradient, activated] = [x, dy, y].map((tensor) => backend.addressOf(tensor));
  const partials = backend.output([parts, channels, sums]);
  const finish = (args: LaunchArguments): LaunchArguments =>
    writeGeometry(args, geometry).int32(parts, db === undefined ? 0 : 1);
  const kernelOf = (name: string) => ({
    file: "depthwise-weight-gradient.cu",
    name,
    defines: definesOf(geometry, { SLOPE: activation }),
  });
  try {
    const args = [from!, gradient!, activated!, backend.address(partials)].reduce(
      (written, address) => written.address(address),
      backend.arguments(),
    );
    backend.launch(
      kernelOf("depthwise_weight_gradient"),
      { grid: [blocks * parts, 1, 1], block: [THREADS, 1, 1] },
      finish(args),
    );
    const addArgs = [partials, dw, db].reduce(
      (written, tensor) => written.address(backend.addressOf(tensor)),
      backend.arguments(),
    );
    backend.launch(
      kernelOf("add_depthwise_partials"),
      { grid: [Math.ceil((channels * sums) / THREADS), 1, 1], block: [THREADS, 1, 1] },
      finish(addArgs),
    );
  } finally {
    backend.disposeOf(partials);
  }
}

/** Parts of the pixels, so that there are blocks for all multiprocessors and work for all blocks. */
function partsOf(pixels: number, blocks: number, multiprocessors: number): number {
  const wanted = Math.ceil((4 * multiprocessors) / blocks);
  return Math.max(1, Math.min(wanted, Math.floor(pixels / LEAST_PIXELS)));
}
