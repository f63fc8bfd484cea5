import { util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import type { LaunchShape } from "../cuda-backend.ts";
import { isDeviceType, type DeviceType } from "../memory/storage.ts";

/** Elements that one thread takes, `kElements` in `kernels/elements.cuh`. */
const ELEMENTS_PER_THREAD = 4;
const THREADS = 256;

/** Number of elements. */
export function sizeOf({ shape }: TensorInfo): number {
  return util.sizeFromShape(shape);
}

/** Blocks for a kernel of which each thread takes some elements, one after the other. */
export function elementLaunch(count: number, perThread = ELEMENTS_PER_THREAD): LaunchShape {
  return { grid: [Math.ceil(count / (THREADS * perThread)), 1, 1], block: [THREADS, 1, 1] };
}

/** Whether all tensors are of one type out of a list. */
export function areOf(types: readonly DeviceType[], ...tensors: readonly TensorInfo[]): boolean {
  const [first] = tensors;
  return (
    first !== undefined &&
    (types as readonly DataType[]).includes(first.dtype) &&
    tensors.every(({ dtype }) => dtype === first.dtype)
  );
}

/** The type of a tensor that the device knows. */
export function typeOf({ dtype }: TensorInfo): DeviceType {
  if (isDeviceType(dtype)) return dtype;
  throw new TypeError(`cuda: expected a tensor of numbers, got ${dtype}`);
}
