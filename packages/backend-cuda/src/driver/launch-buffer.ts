import koffi from "koffi";

/** `CU_LAUNCH_PARAM_*`. */
const END = 0n;
const BUFFER_POINTER = 1n;
const BUFFER_SIZE = 2n;

const HEADER_BYTES = 64;
const ARGUMENT_BYTES = 4096;

/**
 * The `extra` parameter of `cuLaunchKernel`, in memory that does not move: it points at the packed arguments and at their
 * size, which stand right behind it.
 */
export class LaunchBuffer {
  readonly #address: number;
  readonly #size: BigUint64Array;
  readonly #bytes: Uint8Array;

  constructor() {
    const memory: unknown = koffi.alloc("uint8_t", HEADER_BYTES + ARGUMENT_BYTES);
    const start = koffi.address(memory);
    this.#address = Number(start);
    const buffer = koffi.view(memory, HEADER_BYTES + ARGUMENT_BYTES);
    const header = new BigUint64Array(buffer, 0, HEADER_BYTES / 8);
    this.#size = header.subarray(5, 6);
    this.#bytes = new Uint8Array(buffer, HEADER_BYTES);
    header.set([BUFFER_POINTER, start + BigInt(HEADER_BYTES), BUFFER_SIZE, start + 40n, END]);
  }

  /** Takes packed arguments and gives the address to hand to the driver, which reads them before it comes back. */
  fill(args: Uint8Array): number {
    this.#bytes.set(args);
    this.#size[0] = BigInt(args.byteLength);
    return this.#address;
  }
}
