import type { TensorInfo } from "@tensorflow/tfjs-core";
import { volume } from "../convolution/geometry.ts";
import type { CudaBackend } from "../cuda-backend.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { threadsFor, writePool, type Pool } from "./geometry.ts";

const FILE = "pool.cu";

/** Maxima of windows, to `y`, and where they stand, to int32 `places`; either may be left out. */
export function maxPool(
  backend: CudaBackend,
  kernel: string,
  pool: Pool,
  x: TensorInfo,
  { y, places }: { readonly y?: TensorInfo; readonly places?: TensorInfo },
): void {
  requireCountable(kernel, x, y, places);
  if (outputs(pool) === 0) return;
  const addresses = [x, y, places].map((tensor) => backend.addressOf(tensor));
  const args = addresses.reduce((written, address) => written.address(address), backend.arguments());
  backend.launch({ file: FILE, name: "max_pool" }, threadsFor(pool, pool.out), writePool(args, pool));
}

/** Averages of windows, to `y`. */
export function averagePool(backend: CudaBackend, kernel: string, pool: Pool, x: TensorInfo, y: TensorInfo): void {
  requireCountable(kernel, x, y);
  if (outputs(pool) === 0) return;
  const args = backend.arguments().address(backend.address(x)).address(backend.address(y));
  backend.launch({ file: FILE, name: "average_pool" }, threadsFor(pool, pool.out), writePool(args, pool));
}

/** The gradient of {@link maxPool}'s input, to `dx`: it goes to the places of the maxima. */
export function maxPoolGradient(
  backend: CudaBackend,
  kernel: string,
  pool: Pool,
  dy: TensorInfo,
  x: TensorInfo,
  dx: TensorInfo,
): void {
  requireCountable(kernel, dy, x);
  if (inputs(pool) === 0) return;
  const places = backend.output(dy.shape, "int32");
  try {
    maxPool(backend, kernel, pool, x, { places });
    const addresses = [dy, places, dx].map((tensor) => backend.address(tensor));
    const args = addresses.reduce((written, address) => written.address(address), backend.arguments());
    backend.launch({ file: FILE, name: "max_pool_gradient" }, threadsFor(pool, pool.in), writePool(args, pool));
  } finally {
    backend.disposeOf(places);
  }
}

/**
 * The gradient of {@link averagePool}'s input, to `dx`.
 * @param ofWholeWindows whether every window counts as large as it is, padding or not.
 */
export function averagePoolGradient(
  backend: CudaBackend,
  kernel: string,
  pool: Pool,
  dy: TensorInfo,
  dx: TensorInfo,
  ofWholeWindows: boolean,
): void {
  requireCountable(kernel, dy, dx);
  if (inputs(pool) === 0) return;
  const args = backend.arguments().address(backend.address(dy)).address(backend.address(dx));
  backend.launch(
    { file: FILE, name: "average_pool_gradient" },
    threadsFor(pool, pool.in),
    writePool(args, pool).int32(ofWholeWindows ? 1 : 0),
  );
}

function outputs({ images, channels, out }: Pool): number {
  return images * channels * volume(out);
}

function inputs({ images, channels, in: extents }: Pool): number {
  return images * channels * volume(extents);
}
