import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeType } from "./storage.ts";

/** Numbers of the element types, as in `native/src/fields.h`. */
export const TYPE_CODES: Readonly<Record<NativeType, number>> = { float32: 0, int32: 1, bool: 2 };

/** Whether native kernels know the elements: they know no strings and no complex numbers. */
export function isNative(dtype: DataType): dtype is NativeType {
  return dtype in TYPE_CODES;
}

/** Whether all tensors are of one type out of a list. */
export function areOf(types: readonly DataType[], ...tensors: readonly TensorInfo[]): boolean {
  const [first] = tensors;
  return first !== undefined && types.includes(first.dtype) && tensors.every(({ dtype }) => dtype === first.dtype);
}

/** The type of a tensor that {@link isNative} or {@link areOf} were asked about. */
export function typeOf(tensor: TensorInfo): NativeType {
  return tensor.dtype as NativeType;
}

/** Bytes of an element. */
export function bytesOf(tensor: TensorInfo): number {
  return tensor.dtype === "bool" ? 1 : 4;
}
