import type { BackendMemory } from "@camada/tensor";
import { OutOfMemoryError } from "../out-of-memory.ts";
import type { Address, NativeLibrary } from "./library.ts";

/** The pool of native blocks that one backend's tensors live in. Freed blocks are kept for the next tensors. */
export class NativeMemory {
  readonly #pool: number;
  readonly #allocate: (pool: number, sizeBytes: number) => Address;
  readonly #free: (pool: number, block: Address) => void;
  readonly #setCap: (pool: number, capBytes: number) => void;
  readonly #statistics: (pool: number, numbers: Float64Array) => void;
  #capBytes = 0;

  constructor(library: NativeLibrary) {
    const create = library.declare("camada_pool_create", "uintptr_t", ["double"]);
    this.#allocate = library.declare("camada_allocate", "uintptr_t", ["uintptr_t", "double"]);
    this.#free = library.declare("camada_free", "void", ["uintptr_t", "uintptr_t"]);
    this.#setCap = library.declare("camada_pool_set_cap", "void", ["uintptr_t", "double"]);
    this.#statistics = library.declare("camada_pool_statistics", "void", ["uintptr_t", "double*"]);
    this.#pool = create(0);
    if (this.#pool === 0) throw new OutOfMemoryError(0, "native memory", 0);
  }

  /** Bytes that tensors may take together; 0 for no cap. */
  set capBytes(value: number) {
    this.#capBytes = value;
    this.#setCap(this.#pool, value);
  }

  /**
   * A block aligned to 64 bytes, not cleared.
   * @throws {OutOfMemoryError} when the system or the cap has no room for it.
   */
  allocate(sizeBytes: number): Address {
    const address = this.#allocate(this.#pool, sizeBytes);
    if (address !== 0) return address;
    const cap = this.#capBytes > 0 ? this.#capBytes : undefined;
    throw new OutOfMemoryError(sizeBytes, "native memory", this.statistics().inUseBytes, cap);
  }

  free(address: Address): void {
    this.#free(this.#pool, address);
  }

  /** What the pool holds now. A property, so that it can be handed on as it is. */
  readonly statistics = (): BackendMemory => {
    const numbers = new Float64Array(4);
    this.#statistics(this.#pool, numbers);
    const [inUseBytes = 0, peakBytes = 0, cachedBytes = 0, scratchPeakBytes = 0] = numbers;
    return { inUseBytes, peakBytes, cachedBytes, scratchPeakBytes };
  };
}
