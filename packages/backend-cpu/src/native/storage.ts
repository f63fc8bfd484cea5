import { util, type backend_util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import { viewOf, type Address } from "./library.ts";
import type { NativeMemory } from "./memory.ts";

/** Element types that native kernels know. */
export type NativeType = "float32" | "int32" | "bool";

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

type Values = backend_util.BackendValues;

/** Buffers that are views of native memory. A tensor must never keep one that belongs to another tensor. */
const views = new WeakSet<ArrayBufferLike>();

/** Whether these values lie in native memory, which may be freed under them. */
export function isNativeView(values: Values | null | undefined): boolean {
  return ArrayBuffer.isView(values) && views.has(values.buffer);
}

/**
 * The elements of a tensor: in JavaScript's memory as long as only JavaScript has used them, in native memory from the
 * first native kernel on. The fields are those that tfjs's JavaScript kernels read and write.
 */
export class Storage {
  readonly dtype: DataType;
  refCount: number;
  /** Parts of a complex64 tensor, set by tfjs. */
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  readonly #memory: NativeMemory;
  readonly #size: number;
  #held: Values | undefined;
  #address: Address = 0;
  #view: Values | undefined;

  constructor(memory: NativeMemory, dtype: DataType, size: number, refCount: number, held?: Values) {
    this.#memory = memory;
    this.dtype = dtype;
    this.#size = size;
    this.refCount = refCount;
    this.#held = held;
  }

  /** Whether native kernels have used it. */
  get isNative(): boolean {
    return this.#address !== 0;
  }

  /** Elements for JavaScript: a view where they are native. Not to be kept. */
  get values(): Values | undefined {
    if (this.#address === 0) return this.#held;
    if (this.#view === undefined) {
      const ArrayOf = ARRAYS[this.dtype as NativeType];
      const buffer = viewOf(this.#address, this.#size * ArrayOf.BYTES_PER_ELEMENT);
      views.add(buffer);
      this.#view = new ArrayOf(buffer) as Values;
    }
    return this.#view;
  }

  /** Address of the first element, for native kernels; moves the elements there if need be. */
  address(): Address {
    if (this.#address !== 0) return this.#address;
    const ArrayOf = ARRAYS[this.dtype as NativeType];
    if (ArrayOf === undefined) throw new TypeError(`cpu: expected a tensor of numbers, got ${this.dtype}`);
    this.#address = this.#memory.allocate(this.#size * ArrayOf.BYTES_PER_ELEMENT);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) {
      (this.values as Float32Array).set(util.toTypedArray(held as Float32Array, this.dtype as NativeType));
    }
    return this.#address;
  }

  /** Gives native memory back. */
  free(): void {
    if (this.#address !== 0) this.#memory.free(this.#address);
    this.#address = 0;
    this.#view = undefined;
    this.#held = undefined;
  }
}
