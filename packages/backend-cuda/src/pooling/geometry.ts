import { axes, volume, type Axes } from "../convolution/geometry.ts";
import type { LaunchShape } from "../cuda-backend.ts";
import type { LaunchArguments } from "../driver/arguments.ts";

/** Pooling as the kernels take it, `struct Pool` of `kernels/pool.cu`. */
export interface Pool {
  readonly images: number;
  readonly channels: number;
  readonly in: Axes;
  readonly out: Axes;
  readonly kernel: Axes;
  readonly strides: Axes;
  readonly padBegin: Axes;
  readonly padEnd: Axes;
  readonly countsPadding: boolean;
  /** What an average of nothing is divided by. */
  readonly leastCount: number;
  /** Whether NaN is a maximum, and a window of nothing has the lowest float32: Camada's rules. */
  readonly keepsNan: boolean;
  /** Whether the last of several maxima counts. */
  readonly takesLast: boolean;
  /** Whether places of maxima count from the beginning of the batch. */
  readonly countsBatch: boolean;
}

const THREADS = 256;

/** One thread for each element of the input, or of the output. */
export function threadsFor({ images, channels }: Pool, extents: Axes): LaunchShape {
  const threads = images * channels * volume(extents);
  return { grid: [Math.ceil(threads / THREADS), 1, 1], block: [THREADS, 1, 1] };
}

/** Writes the struct. */
export function writePool(args: LaunchArguments, pool: Pool): LaunchArguments {
  const { images, channels, kernel, strides, padBegin, padEnd } = pool;
  const flag = (value: boolean): number => (value ? 1 : 0);
  return args
    .int32(images, channels, ...[pool.in, pool.out, kernel, strides, padBegin, padEnd].flat())
    .int32(flag(pool.countsPadding))
    .float32(pool.leastCount)
    .int32(flag(pool.keepsNan), flag(pool.takesLast), flag(pool.countsBatch));
}

/** Window sizes of up to three axes, padding after them not counted. */
export interface Windows {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly padBegin: readonly number[];
  readonly padEnd?: readonly number[];
}

/** Three axes of each. */
export function windowAxes({ input, output, kernel, strides, padBegin, padEnd = [] }: Windows) {
  return {
    in: axes(input, 1),
    out: axes(output, 1),
    kernel: axes(kernel, 1),
    strides: axes(strides, 1),
    padBegin: axes(padBegin, 0),
    padEnd: axes(padEnd, 0),
  };
}
