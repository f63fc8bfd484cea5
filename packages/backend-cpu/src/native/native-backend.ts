import { util, type backend_util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import { QuietCpuBackend } from "../js/quiet-cpu-backend.ts";
import type { Address, NativeLibrary } from "./library.ts";
import type { NativeMemory } from "./memory.ts";
import { isNativeView, Storage, type NativeType } from "./storage.ts";

type DataId = TensorInfo["dataId"];
type Values = backend_util.BackendValues;

/** tfjs's JavaScript backend on native memory: its kernels and the native ones work on the same tensors. */
export class NativeBackend extends QuietCpuBackend {
  /** For the kernels of native/src. */
  readonly library: NativeLibrary;
  /** Code of what products are computed with. */
  readonly arithmetic: number;
  readonly memoryPool: NativeMemory;
  readonly #live = new Set<Storage>();

  constructor(library: NativeLibrary, memory: NativeMemory, arithmetic: number) {
    super();
    this.library = library;
    this.memoryPool = memory;
    this.arithmetic = arithmetic;
  }

  /** Where a tensor's elements start. */
  address({ dataId }: TensorInfo): Address {
    return this.#storage(dataId).address();
  }

  /** {@link address}, or 0 for an absent tensor. */
  addressOf(tensor: TensorInfo | undefined): Address {
    return tensor === undefined ? 0 : this.address(tensor);
  }

  /** A tensor for a native kernel to fill; its elements are arbitrary. */
  output(shape: readonly number[], dtype: NativeType = "float32"): TensorInfo {
    const dataId = {};
    const storage = this.#add(dataId, new Storage(this.memoryPool, dtype, util.sizeFromShape([...shape]), 1));
    try {
      storage.address();
    } catch (error) {
      this.disposeData(dataId, true);
      throw error;
    }
    return { dataId, shape: [...shape], dtype };
  }

  override write(values: Values, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: DataId, values: Values, shape: number[], dtype: DataType, refCount: number): void {
    // Kernels of tfjs give parts of their inputs as results; the input may be freed first.
    const own = isNativeView(values) ? (values as Float32Array).slice() : values;
    this.#add(dataId, new Storage(this.memoryPool, dtype, util.sizeFromShape([...shape]), refCount, own));
  }

  override readSync(dataId: DataId): Values {
    const values = super.readSync(dataId);
    return isNativeView(values) ? (values as Float32Array).slice() : values;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const storage = this.#storage(dataId);
    if (!super.disposeData(dataId, force)) return false;
    storage.free();
    this.#live.delete(storage);
    return true;
  }

  override dispose(): void {
    for (const storage of this.#live) storage.free();
    this.#live.clear();
    super.dispose();
  }

  #add(dataId: DataId, storage: Storage): Storage {
    this.data.set(dataId, storage as never);
    this.#live.add(storage);
    return storage;
  }

  #storage(dataId: DataId): Storage {
    return this.data.get(dataId) as unknown as Storage;
  }
}
