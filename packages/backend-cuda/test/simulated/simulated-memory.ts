import { readFileSync } from "node:fs";
import { join } from "node:path";
import koffi from "koffi";
import type { Address } from "../../src/driver/driver.ts";
import { CudaError, OUT_OF_MEMORY } from "../../src/driver/errors.ts";
import type { SimulatedCompiler } from "./simulated-compiler.ts";

type Foreign = (...args: unknown[]) => number;

/** Memory of the simulated device: that of this process, with guards around every allocation. */
export class SimulatedMemory {
  /** Sizes by address of what is allocated. */
  readonly #sizes = new Map<Address, number>();
  readonly #limitBytes: number;
  readonly #allocate: Foreign;
  readonly #free: Foreign;
  readonly #isIntact: Foreign;
  readonly copy: (to: Address, from: Address, sizeBytes: number) => void;
  readonly copyIn: (to: Address, from: ArrayBufferView, sizeBytes: number) => void;
  readonly copyOut: (to: ArrayBufferView, from: Address, sizeBytes: number) => void;
  readonly fill: (to: Address, value: number, sizeBytes: number) => void;
  inUseBytes = 0;

  constructor(compiler: SimulatedCompiler, headers: string, limitBytes: number) {
    this.#limitBytes = limitBytes;
    const source = readFileSync(join(headers, "memory.cc"), "utf8");
    const library = koffi.load(compiler.library("memory.cc", source));
    const declare = (name: string, result: string, parameters: string[]) => library.func(name, result, parameters);
    this.#allocate = declare("camada_allocate", "uint64_t", ["uint64_t"]);
    this.#free = declare("camada_free", "void", ["uint64_t", "uint64_t"]);
    this.#isIntact = declare("camada_is_intact", "int", ["uint64_t", "uint64_t"]);
    this.copy = declare("camada_copy", "void", ["uint64_t", "uint64_t", "uint64_t"]);
    this.copyIn = declare("camada_copy_in", "void", ["uint64_t", "void*", "uint64_t"]);
    this.copyOut = declare("camada_copy_out", "void", ["void*", "uint64_t", "uint64_t"]);
    this.fill = declare("camada_fill", "void", ["uint64_t", "int", "uint64_t"]);
  }

  get freeBytes(): number {
    return this.#limitBytes - this.inUseBytes;
  }

  /** How many allocations have not been freed. */
  get count(): number {
    return this.#sizes.size;
  }

  allocate(sizeBytes: number): Address {
    if (sizeBytes <= 0) throw new CudaError("cuMemAlloc_v2", 1, "CUDA_ERROR_INVALID_VALUE", "no bytes");
    const address = sizeBytes > this.freeBytes ? 0 : this.#allocate(sizeBytes);
    if (address === 0) {
      throw new CudaError("cuMemAlloc_v2", OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory");
    }
    this.#sizes.set(address, sizeBytes);
    this.inUseBytes += sizeBytes;
    return address;
  }

  /** @throws {Error} when a kernel wrote behind the allocation, or this is none. */
  free(address: Address): void {
    const sizeBytes = this.#sizes.get(address);
    if (sizeBytes === undefined) {
      throw new CudaError("cuMemFree_v2", 1, "CUDA_ERROR_INVALID_VALUE", `nothing is allocated at ${address}`);
    }
    const isIntact = this.#isIntact(address, sizeBytes) !== 0;
    this.#sizes.delete(address);
    this.inUseBytes -= sizeBytes;
    this.#free(address, sizeBytes);
    if (!isIntact) throw new Error(`simulated device: a kernel wrote behind an allocation of ${sizeBytes} bytes`);
  }

  /** @throws {CudaError} unless a range lies inside one allocation, when its start is an allocation's. */
  check(call: string, address: Address, sizeBytes: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined || sizeBytes <= size) return;
    throw new CudaError(call, 1, "CUDA_ERROR_INVALID_VALUE", `${sizeBytes} bytes of an allocation of ${size}`);
  }
}
