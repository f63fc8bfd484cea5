import { Cast, type CastAttrs, type CastInputs, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { isDeviceType, type DeviceType } from "../memory/storage.ts";
import { elementLaunch, sizeOf } from "./elements.ts";

const cast = defineKernel(Cast, (backend, { x }: Present<CastInputs>, { dtype }: CastAttrs) => {
  if (x.dtype === dtype) return backend.share(x);
  const { parts } = backend.data.get(x.dataId);
  if (parts !== undefined && isDeviceType(dtype)) return castTo(backend, parts.real, dtype);
  if (!isDeviceType(x.dtype) || !isDeviceType(dtype)) return backend.scripts.run(Cast, { x }, { dtype });
  return castTo(backend, x, dtype);
});

/** Conversions between element types. */
export const castKernels: readonly Kernel[] = [cast];

/** A tensor's elements as another type; the same elements where it has the type already. The caller disposes of it. */
export function castTo(backend: CudaBackend, x: TensorInfo, dtype: DeviceType): TensorInfo {
  if (x.dtype === dtype) return backend.share(x);
  const from = backend.address(x);
  const y = backend.output(x.shape, dtype);
  const count = sizeOf(x);
  if (count === 0) return y;
  const args = backend.arguments().address(from).address(backend.address(y)).int64(count);
  backend.launch({ file: "cast.cu", name: `cast_${x.dtype}_${dtype}` }, elementLaunch(count), args);
  return y;
}
