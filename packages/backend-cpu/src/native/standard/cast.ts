import { Cast, type CastAttrs, type CastInputs, type TensorInfo } from "@tensorflow/tfjs-core";
import { isNative, TYPE_CODES, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";
import { product } from "../shape.ts";
import type { NativeType } from "../storage.ts";
import { share } from "./share.ts";

/** tfjs's kernel keeps the elements as they are where the new type holds them all, which native kernels cannot read. */
const cast = defineKernel(Cast, (backend, { x }: Present<CastInputs>, { dtype }: CastAttrs) => {
  if (!isNative(x.dtype) || !isNative(dtype)) {
    return scriptKernel(Cast)({ inputs: { x }, backend, attrs: { dtype } });
  }
  return castTo(backend, x, dtype);
});

export const castKernels: readonly Kernel[] = [cast];

/** A tensor's elements as another type; the same elements where it has the type already. The caller disposes of it. */
export function castTo(backend: NativeBackend, x: TensorInfo, dtype: NativeType): TensorInfo {
  if (x.dtype === dtype) return share(backend, x);
  const from = backend.address(x);
  const y = backend.output(x.shape, dtype);
  const fields = [TYPE_CODES[typeOf(x)], TYPE_CODES[dtype], product(x.shape)];
  backend.library.run("camada_cast", fields, from, backend.address(y));
  return y;
}
