import { util, type backend_util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Block } from "./device-memory.ts";

/** Element types that the device knows. */
export type DeviceType = "float32" | "int32" | "bool";

/** Elements as tfjs hands them over. */
export type Values = backend_util.BackendValues;
/** Elements as the device has them. */
export type DeviceValues = Float32Array | Int32Array | Uint8Array;

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Whether the device knows the elements: it knows no strings and no complex numbers. */
export function isDeviceType(dtype: DataType): dtype is DeviceType {
  return dtype in ARRAYS;
}

/** Bytes of an element: 4, or 1 of a bool. */
export function elementBytes(dtype: DeviceType): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** An array of a type's elements. */
export function arrayOf(dtype: DeviceType, size: number): DeviceValues {
  return new ARRAYS[dtype](size);
}

/** Elements as an array of their type; the same array if it is one. */
export function typedValues(values: Values, dtype: DeviceType): DeviceValues {
  if (values instanceof ARRAYS[dtype]) return values; // tfjs copies bools by way of an array four times as large
  const held = util.convertBackendValuesAndArrayBuffer(values, dtype) as DeviceValues;
  return held instanceof ARRAYS[dtype] ? held : (util.toTypedArray(held, dtype) as DeviceValues);
}

/**
 * The elements of a tensor: on the host until a kernel of the device needs them, from then on the device. Strings stay on
 * the host; a complex tensor is two others.
 */
export interface Storage {
  readonly dtype: DataType;
  /** Number of elements. */
  readonly size: number;
  refCount: number;
  /** On the host; absent once they are on the device. */
  host?: Values | undefined;
  block?: Block | undefined;
  /** Whether the block is a recorded step's, and stays when the tensor goes. */
  isLent?: boolean;
  /** The two float32 tensors of a complex one. */
  readonly parts?: { readonly real: TensorInfo; readonly imag: TensorInfo };
}
