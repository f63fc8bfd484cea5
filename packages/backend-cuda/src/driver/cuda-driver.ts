import { CudaContext } from "./cuda-context.ts";
import type { DeviceDescription, Driver, DriverContext } from "./driver.ts";
import { CudaDriverError, CudaError, NoSuchDeviceError } from "./errors.ts";
import { LibCuda } from "./libcuda.ts";

/** `CUdevice_attribute`s. */
const MULTIPROCESSORS = 16;
const L2_BYTES = 38;
const CAPABILITY_MAJOR = 75;
const CAPABILITY_MINOR = 76;
const SHARED_PER_BLOCK_BYTES = 97;

const NO_DEVICE = 100;
/** Driver and library of different versions, as after an update without a restart. */
const VERSION_MISMATCH = 803;

const NAME_BYTES = 256;

/** The driver of this machine. */
export class CudaDriver implements Driver {
  readonly cudaVersion: readonly [number, number];
  readonly devices: readonly DeviceDescription[];
  readonly #library: LibCuda;
  readonly #opened = new Map<number, CudaContext>();

  /**
   * @param library of the driver; default: the machine's.
   * @throws {CudaDriverError} when there is no driver, or it finds nothing to drive.
   */
  constructor(library: LibCuda = new LibCuda()) {
    this.#library = library;
    const code = library.result("cuInit", 0);
    if (code !== 0) throw unusable(library.error("cuInit", code));
    const version = this.#int("cuDriverGetVersion");
    this.cudaVersion = [Math.floor(version / 1000), Math.floor((version % 1000) / 10)];
    const count = this.#int("cuDeviceGetCount");
    this.devices = Array.from({ length: count }, (_, index) => this.#describe(index));
  }

  /** @throws {NoSuchDeviceError} when there is no card of this number. */
  open(index: number): DriverContext {
    const device = this.devices[index];
    if (device === undefined) throw new NoSuchDeviceError(index, this.devices);
    const handle = this.#int("cuDeviceGet", index);
    const earlier = this.#opened.get(index);
    if (earlier !== undefined && !earlier.isLost) return earlier;
    // What a failed kernel leaves of a context serves nothing; a reset makes room for a new one.
    if (earlier !== undefined) this.#library.call("cuDevicePrimaryCtxReset_v2", handle);
    const context = new CudaContext(this.#library, device, handle);
    this.#opened.set(index, context);
    return context;
  }

  #describe(index: number): DeviceDescription {
    const handle = this.#int("cuDeviceGet", index);
    const attribute = (number: number) => this.#int("cuDeviceGetAttribute", number, handle);
    const name = new Uint8Array(NAME_BYTES);
    this.#library.call("cuDeviceGetName", name, NAME_BYTES, handle);
    const memoryBytes = new BigUint64Array(1);
    this.#library.call("cuDeviceTotalMem_v2", memoryBytes, handle);
    return {
      index,
      name: new TextDecoder().decode(name.subarray(0, name.indexOf(0))),
      computeCapability: [attribute(CAPABILITY_MAJOR), attribute(CAPABILITY_MINOR)],
      multiprocessors: attribute(MULTIPROCESSORS),
      memoryBytes: Number(memoryBytes[0]),
      sharedMemoryPerBlockBytes: attribute(SHARED_PER_BLOCK_BYTES),
      l2Bytes: attribute(L2_BYTES),
    };
  }

  /** The integer that a call gives first. */
  #int(name: "cuDriverGetVersion" | "cuDeviceGetCount" | "cuDeviceGet" | "cuDeviceGetAttribute", ...args: number[]) {
    const out = new Int32Array(1);
    this.#library.call(name, out, ...args);
    return out[0]!;
  }
}

function unusable(cause: CudaError): CudaDriverError {
  const advice =
    cause.code === NO_DEVICE
      ? "; plug a card in, or let this process see one (CUDA_VISIBLE_DEVICES)"
      : cause.code === VERSION_MISMATCH
        ? "; restart the machine after an update of its driver"
        : "";
  return new CudaDriverError(`cuda: expected a driver that starts, got ${cause.codeName} (${cause.code})${advice}`, {
    cause,
  });
}
