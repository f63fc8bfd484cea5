import {
  backend_util,
  DataStorage,
  engine,
  KernelBackend,
  util,
  type DataType,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { Address, DriverContext } from "../driver/driver.ts";
import { LaunchLog } from "../launch-log.ts";
import type { Block, DeviceMemory } from "./device-memory.ts";
import type { StepObserver } from "./step-observer.ts";
import {
  arrayOf,
  elementBytes,
  isDeviceType,
  typedValues,
  type DeviceType,
  type DeviceValues,
  type Storage,
  type Values,
} from "./storage.ts";
import { Transfers } from "./transfers.ts";

type DataId = TensorInfo["dataId"];

/** The half of a tfjs backend that has its tensors: where their elements are, and how they come and go. */
export class TensorStore extends KernelBackend {
  readonly context: DriverContext;
  readonly memoryPool: DeviceMemory;
  /** What was started, for the message of a failure. */
  readonly launches = new LaunchLog();
  readonly data: DataStorage<Storage>;
  /** Sees what is done, while a step runs that may be replayed. */
  observer: StepObserver | undefined;
  protected readonly transfers: Transfers;
  readonly #live = new Set<Storage>();
  #isDisposed = false;

  constructor(context: DriverContext, memory: DeviceMemory) {
    super();
    this.context = context;
    this.memoryPool = memory;
    this.transfers = new Transfers(context);
    this.data = new DataStorage<Storage>(this, engine());
  }

  /** Where a tensor's elements start on the device, which they are copied to if need be. */
  address({ dataId }: TensorInfo): Address {
    const storage = this.data.get(dataId);
    if (storage.block === undefined) this.#moveToDevice(storage);
    this.observer?.used(dataId, storage);
    return storage.block!.address;
  }

  /** {@link address}, or 0 for an absent tensor. */
  addressOf(tensor: TensorInfo | undefined): Address {
    return tensor === undefined ? 0 : this.address(tensor);
  }

  /** A tensor for a kernel to fill; its elements are arbitrary. */
  output(shape: readonly number[], dtype: DeviceType = "float32"): TensorInfo {
    const size = util.sizeFromShape([...shape]);
    const block = this.memoryPool.allocate(Math.max(1, size) * elementBytes(dtype));
    return this.#add([...shape], { dtype, size, refCount: 1, block });
  }

  /** A tensor of elements that the host has. */
  fromHost(shape: readonly number[], dtype: DataType, values: Values): TensorInfo {
    return { dataId: this.write(values, [...shape], dtype), shape: [...shape], dtype };
  }

  /** A complex tensor of two float32 ones, which become its own. */
  complexOf(real: TensorInfo, imag: TensorInfo): TensorInfo {
    const size = util.sizeFromShape(real.shape);
    return this.#add(real.shape, { dtype: "complex64", size, refCount: 1, parts: { real, imag } });
  }

  /** The same elements under another shape. */
  share({ dataId, dtype, shape: own }: TensorInfo, shape: readonly number[] = own): TensorInfo {
    this.incRef(dataId);
    return { dataId, shape: [...shape], dtype };
  }

  /** Copies the elements of a tensor to another of the same size and type. */
  copyElements(from: TensorInfo, to: TensorInfo): void {
    const sizeBytes = util.sizeFromShape(from.shape) * elementBytes(from.dtype as DeviceType);
    if (sizeBytes > 0) this.context.copy(this.address(to), this.address(from), sizeBytes);
  }

  /** Copies the elements of a tensor to a place on the device, from wherever they are. */
  copyTo(address: Address, { dataId, dtype }: TensorInfo): void {
    const { block, host, size } = this.data.get(dataId);
    const type = dtype as DeviceType;
    if (block === undefined) this.transfers.upload(address, typedValues(host!, type));
    else if (size > 0) this.context.copy(address, block.address, size * elementBytes(type));
  }

  /** Sends numbers to a place on the device; they may be changed afterwards. */
  send(address: Address, values: DeviceValues): void {
    this.transfers.upload(address, values);
  }

  /** A tensor in memory that stays when the tensor goes. */
  lend(block: Block, shape: readonly number[], dtype: DeviceType): Tensor {
    const size = util.sizeFromShape([...shape]);
    return engine().makeTensorFromTensorInfo(
      this.#add([...shape], { dtype, size, refCount: 1, block, isLent: true }),
      this,
    );
  }

  /** Gives a tensor in lent memory, if it still is there, memory of its own with the same elements. */
  moveOut(dataId: DataId): void {
    if (!this.data.has(dataId)) return;
    const storage = this.data.get(dataId);
    const sizeBytes = storage.size * elementBytes(storage.dtype as DeviceType);
    const block = this.memoryPool.allocate(Math.max(1, sizeBytes));
    if (sizeBytes > 0) this.context.copy(block.address, storage.block!.address, sizeBytes);
    storage.block = block;
    storage.isLent = false;
  }

  /** Leaves lent memory to the tensor in it, or frees it where the tensor is gone. */
  giveUp(block: Block, dataId: DataId | undefined): void {
    if (dataId === undefined || !this.data.has(dataId)) this.memoryPool.free(block);
    else this.data.get(dataId).isLent = false;
  }

  /** Disposes of tensors that a kernel made for itself. */
  disposeOf(...tensors: readonly TensorInfo[]): void {
    for (const { dataId } of tensors) this.disposeData(dataId);
  }

  override write(values: Values, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: DataId, values: Values, shape: number[], dtype: DataType, refCount: number): void {
    const size = util.sizeFromShape(shape);
    if (dtype === "complex64" && values !== null && values !== undefined) {
      // tfjs hands a complex tensor over from another backend as pairs.
      const { real, imag } = backend_util.splitRealAndImagArrays(values as Float32Array);
      const parts = { real: this.fromHost(shape, "float32", real), imag: this.fromHost(shape, "float32", imag) };
      this.#set(dataId, { dtype, size, refCount, parts });
      return;
    }
    const host = values ?? (isDeviceType(dtype) ? arrayOf(dtype, size) : undefined);
    this.#set(dataId, { dtype, size, refCount, host });
  }

  override readSync(dataId: DataId): Values {
    const storage = this.data.get(dataId);
    const { parts, block, dtype } = storage;
    if (parts !== undefined) {
      const [real, imag] = [this.readSync(parts.real.dataId), this.readSync(parts.imag.dataId)];
      return backend_util.mergeRealAndImagArrays(real as Float32Array, imag as Float32Array);
    }
    this.observer?.reads(storage);
    if (block === undefined) return hostValues(storage);
    const values = arrayOf(dtype as DeviceType, storage.size);
    this.transfers.download(values, block.address);
    this.launches.settle();
    return values;
  }

  override async read(dataId: DataId): Promise<Values> {
    const storage = this.data.get(dataId);
    const { parts, block, dtype } = storage;
    if (parts !== undefined) {
      const [real, imag] = await Promise.all([this.read(parts.real.dataId), this.read(parts.imag.dataId)]);
      return backend_util.mergeRealAndImagArrays(real as Float32Array, imag as Float32Array);
    }
    this.observer?.reads(storage);
    if (block === undefined) return hostValues(storage);
    const values = arrayOf(dtype as DeviceType, storage.size);
    await this.transfers.downloadLater(new Uint8Array(values.buffer), block.address);
    return values;
  }

  override refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.data.get(dataId).refCount++;
  }

  decRef(dataId: DataId): void {
    if (this.data.has(dataId)) this.data.get(dataId).refCount--;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const storage = this.data.get(dataId);
    storage.refCount--;
    if (!force && storage.refCount > 0) return false;
    if (storage.parts !== undefined) {
      this.disposeData(storage.parts.real.dataId, true);
      this.disposeData(storage.parts.imag.dataId, true);
    }
    this.#release(storage);
    this.data.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override memory(): { unreliable: boolean; numBytesInGPU: number } {
    return { unreliable: false, numBytesInGPU: this.memoryPool.statistics().inUseBytes };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const storage of [...this.#live]) this.#release(storage);
    this.transfers.dispose();
    this.memoryPool.dispose();
  }

  #add(shape: number[], storage: Storage): TensorInfo {
    const dataId = {};
    this.#set(dataId, storage);
    return { dataId, shape, dtype: storage.dtype };
  }

  #set(dataId: DataId, storage: Storage): void {
    this.data.set(dataId, storage);
    if (storage.block !== undefined) this.#live.add(storage);
    this.observer?.made(dataId, storage);
  }

  #moveToDevice(storage: Storage): void {
    const { dtype, size, host } = storage;
    if (!isDeviceType(dtype)) throw new TypeError(`cuda: expected a tensor of numbers on the device, got ${dtype}`);
    const values = typedValues(host!, dtype);
    this.observer?.moves(storage, values);
    const isAhead = this.observer?.isRecording === true;
    // What is sent ahead of recorded work must not lie where that work writes.
    const block = isAhead
      ? this.memoryPool.allocateApart(Math.max(1, size) * elementBytes(dtype))
      : this.memoryPool.allocate(Math.max(1, size) * elementBytes(dtype));
    storage.block = block;
    this.#live.add(storage);
    if (isAhead) this.transfers.uploadAhead(block.address, values);
    else this.transfers.upload(block.address, values);
    storage.host = undefined;
  }

  #release(storage: Storage): void {
    const { block, isLent = false } = storage;
    if (block !== undefined && !isLent && this.observer?.retains(storage) !== true) this.memoryPool.free(block);
    this.#live.delete(storage);
    storage.block = undefined;
    storage.host = undefined;
  }
}

function hostValues({ dtype, host }: Storage): Values {
  return isDeviceType(dtype) ? (typedValues(host!, dtype) as Values) : host!;
}
