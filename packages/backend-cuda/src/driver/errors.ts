import type { DeviceDescription } from "./driver.ts";

/** `CUresult` of a device without room. */
export const OUT_OF_MEMORY = 2;

/** `CUresult`s after which a context is of no use any more: what a kernel did wrong, and failures of the hardware. */
const STICKY = new Set([214, 220, 700, 702, 709, 710, 713, 714, 715, 716, 717, 718, 719, 721]);

/** Whether a `CUresult` means that the context is lost. */
export function isSticky(code: number): boolean {
  return STICKY.has(code);
}

/** A call of the CUDA driver failed. */
export class CudaError extends Error {
  override readonly name: string = "CudaError";
  /** The call, e.g. `cuMemAlloc_v2`. */
  readonly call: string;
  /** The driver's number, a `CUresult`. */
  readonly code: number;
  /** The driver's name for it, e.g. `CUDA_ERROR_INVALID_VALUE`. */
  readonly codeName: string;

  constructor(call: string, code: number, codeName: string, description: string) {
    super(`${call}: expected success, got ${codeName} (${code}): ${description}`);
    this.call = call;
    this.code = code;
    this.codeName = codeName;
  }
}

/** A kernel as it was started: its name in tfjs's registry and the shapes of its tensors. */
export interface LaunchRecord {
  readonly kernel: string;
  readonly shapes: readonly (readonly number[])[];
}

/**
 * A kernel failed on the device, and took the context with it: all tensors of the backend are lost. `activate()` of the
 * backend makes a new context.
 */
export class CudaContextLostError extends Error {
  override readonly name = "CudaContextLostError";
  /** The driver's number, a `CUresult`. */
  readonly code: number;
  /** The kernel that failed, as far as it is known: kernels run later than they are started. */
  readonly kernel: string | undefined;
  /** Shapes of that kernel's tensors. */
  readonly shapes: readonly (readonly number[])[];

  /** @param candidates what was started since the device was last known to be well, the latest last. */
  constructor(cause: CudaError, candidates: readonly LaunchRecord[]) {
    const latest = candidates.at(-1);
    const others = candidates.length > 1 ? ` or one of the ${candidates.length - 1} kernels before it` : "";
    const culprit = latest === undefined ? "a kernel" : `kernel ${launchText(latest)}${others}`;
    super(
      `cuda: expected ${culprit} to run, got ${cause.codeName} (${cause.code}); ` +
        "the context and its tensors are lost, activate the backend again for a new one",
      { cause },
    );
    this.code = cause.code;
    this.kernel = latest?.kernel;
    this.shapes = latest?.shapes ?? [];
  }
}

function launchText({ kernel, shapes }: LaunchRecord): string {
  return `${kernel} on ${shapes.map((shape) => `[${shape.join(", ")}]`).join(", ")}`;
}

/** The device, or the cap that was set for it, has no room for another tensor. Everything else goes on as it was. */
export class CudaOutOfMemoryError extends Error {
  override readonly name = "CudaOutOfMemoryError";
  readonly requestedBytes: number;
  /** Free on the device, under the cap where one was set. */
  readonly freeBytes: number;
  /** Freed by tensors and kept, but in no piece that fits. */
  readonly cachedBytes: number;
  /** Held by tensors. */
  readonly inUseBytes: number;

  constructor(memory: { requestedBytes: number; freeBytes: number; cachedBytes: number; inUseBytes: number }) {
    const { requestedBytes, freeBytes, cachedBytes, inUseBytes } = memory;
    super(
      `cuda: expected ${requestedBytes} bytes of device memory, got ${freeBytes} free and ${cachedBytes} cached at ` +
        `${inUseBytes} in use; dispose tensors or use smaller batches`,
    );
    this.requestedBytes = requestedBytes;
    this.freeBytes = freeBytes;
    this.cachedBytes = cachedBytes;
    this.inUseBytes = inUseBytes;
  }
}

/** There is no card of the number that was asked for. */
export class NoSuchDeviceError extends Error {
  override readonly name = "NoSuchDeviceError";
  readonly device: number;
  /** Names of the cards that there are, by number. */
  readonly devices: readonly string[];

  constructor(device: number, devices: readonly DeviceDescription[]) {
    const names = devices.map(({ index, name }) => `${index} (${name})`);
    const there = names.length === 0 ? "a device, got none on this machine" : `a device among ${names.join(", ")}`;
    super(`cuda: expected ${there}${names.length === 0 ? "" : `, got ${device}`}`);
    this.device = device;
    this.devices = devices.map(({ name }) => name);
  }
}

/** The machine's driver or its parts cannot be used. */
export class CudaDriverError extends Error {
  override readonly name = "CudaDriverError";
}
