import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { backend_util, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { everySecond, interleave, type ComplexParts } from "./complex.ts";
import type { Address, Kernels } from "./module.ts";
import { OutOfMemoryError } from "../out-of-memory.ts";
import { keepingListeners } from "./process-listeners.ts";
import { Scratch } from "./scratch.ts";
import type { WebAssemblyMemory } from "./web-assembly.ts";

/** What we use of the module that Emscripten made for tfjs. */
export interface TfjsModule {
  readonly asm: { readonly memory: WebAssemblyMemory };
  _malloc(sizeBytes: number): number;
  _free(address: number): void;
}

type DataId = TensorInfo["dataId"];
type Values = backend_util.BackendValues;

/** tfjs's WebAssembly backend on a module of our own, with our kernels on the same memory, and with complex tensors. */
export class HeapBackend extends BackendWasm {
  readonly kernels: Kernels;
  readonly scratch: Scratch;
  readonly #memory: WebAssemblyMemory;
  readonly #complex = new WeakMap<DataId, ComplexParts>();

  constructor(module: TfjsModule, kernels: Kernels) {
    checkAllocations(module);
    super(module as unknown as BackendWasm["wasm"]);
    this.kernels = kernels;
    this.scratch = new Scratch({
      allocate: (sizeBytes) => module._malloc(sizeBytes) >>> 0,
      free: (address) => module._free(address),
    });
    this.#memory = module.asm.memory;
  }

  /** Where a tensor's elements start. Moves the tensor here if another backend holds it. */
  address(tensor: TensorInfo): Address {
    return this.getMemoryOffset(tensor.dataId);
  }

  /** A float32 tensor for a kernel to fill; its elements are arbitrary. */
  output(shape: readonly number[]): TensorInfo {
    return this.makeOutput([...shape], "float32");
  }

  /** `count` float32 at an address, valid until the memory grows. */
  floats(address: Address, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#memory.buffer, address, count);
  }

  /** `count` int32 at an address, valid until the memory grows. */
  ints(address: Address, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#memory.buffer, address, count);
  }

  /** A complex64 tensor that takes over its two parts. */
  makeComplex(parts: ComplexParts): TensorInfo {
    const dataId = {};
    this.#setComplex(dataId, parts, 1);
    return { dataId, shape: parts.real.shape, dtype: "complex64" };
  }

  /** The parts of a complex64 tensor, which keeps them, in its present shape. */
  complexParts({ dataId, shape, dtype }: TensorInfo): ComplexParts {
    this.dataIdMap.get(dataId);
    const parts = this.#complex.get(dataId);
    if (parts === undefined) throw new Error(`cpu: expected a complex64 tensor, got ${dtype}`);
    return { real: { ...parts.real, shape }, imag: { ...parts.imag, shape } };
  }

  override move(dataId: DataId, values: Values | null, shape: number[], dtype: DataType, refCount: number): void {
    if (dtype !== "complex64" || values === null) return super.move(dataId, values, shape, dtype, refCount);
    const [real, imag] = ([0, 1] as const).map((part) => {
      const elements = everySecond(values as backend_util.TypedArray, part);
      return this.makeOutput(shape, "float32", undefined, elements);
    }) as [TensorInfo, TensorInfo];
    this.#setComplex(dataId, { real, imag }, refCount);
  }

  override readSync(dataId: DataId, start?: number, end?: number): Values {
    const parts = this.#complex.get(dataId);
    if (parts === undefined) return super.readSync(dataId, start, end);
    const [real, imag] = [parts.real, parts.imag].map((part) => super.readSync(part.dataId, start, end));
    return interleave(real as backend_util.TypedArray, imag as backend_util.TypedArray);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const parts = this.#complex.get(dataId);
    if (!super.disposeData(dataId, force)) return false;
    if (parts !== undefined) {
      super.disposeData(parts.real.dataId, true);
      super.disposeData(parts.imag.dataId, true);
      this.#complex.delete(dataId);
    }
    return true;
  }

  override dispose(): void {
    this.scratch.release();
    keepingListeners(() => super.dispose());
  }

  /** The entry has no elements of its own: its parts have them. */
  #setComplex(dataId: DataId, parts: ComplexParts, refCount: number): void {
    const { shape } = parts.real;
    super.move(dataId, [], shape, "string", refCount);
    this.dataIdMap.get(dataId).dtype = "complex64";
    this.#complex.set(dataId, parts);
  }
}

/** tfjs would write to address 0 when the memory is full. */
function checkAllocations(module: TfjsModule): void {
  // Emscripten puts another function in this one's place when it is first called.
  module._free(module._malloc(1));
  const allocate = module._malloc.bind(module);
  module._malloc = (sizeBytes) => {
    const address = allocate(sizeBytes);
    if (address === 0 && sizeBytes > 0)
      throw new OutOfMemoryError(sizeBytes, "WebAssembly memory", module.asm.memory.buffer.byteLength);
    return address;
  };
}
