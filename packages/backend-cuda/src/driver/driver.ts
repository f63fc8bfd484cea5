/**
 * What the backend needs of a CUDA driver, and no more. `CudaDriver` is the machine's own; tests have one that runs the
 * kernels on the CPU.
 */
import type { CudaError } from "./errors.ts";

/** Address of a byte on a device, or 0 for none. Exact: addresses have at most 49 bits. */
export type Address = number;

/** A card, as its driver describes it. */
export interface DeviceDescription {
  /** Its number, as `cuda({ device })` takes it. */
  readonly index: number;
  /** e.g. `NVIDIA H100 80GB HBM3`. */
  readonly name: string;
  /** e.g. `[9, 0]`. */
  readonly computeCapability: readonly [major: number, minor: number];
  readonly multiprocessors: number;
  /** All of its memory. */
  readonly memoryBytes: number;
  /** Most shared memory that a block may ask for. */
  readonly sharedMemoryPerBlockBytes: number;
  readonly l2Bytes: number;
}

/** Extents of a grid or a block. */
export type Extents = readonly [x: number, y: number, z: number];

/** A queue of work that is done in order. */
export type Stream = { readonly kind: "stream" };
/** A place in a stream, once recorded. */
export type DriverEvent = { readonly kind: "event" };
/** Recorded work that runs again as one. */
export type Graph = { readonly kind: "graph" };
/** An entry point of a loaded module. */
export interface KernelFunction {
  /** Its name in the source. */
  readonly name: string;
}

/** Memory of the host that the device reads and writes by itself. */
export interface PinnedMemory {
  readonly bytes: Uint8Array;
}

/** The cards of one machine. */
export interface Driver {
  /** Newest CUDA that it serves, e.g. `[13, 0]`. */
  readonly cudaVersion: readonly [major: number, minor: number];
  readonly devices: readonly DeviceDescription[];
  /**
   * Makes a card ready. If its context was lost to a failed kernel, a new one is made.
   * @param index of one of {@link devices}.
   */
  open(index: number): DriverContext;
}

/**
 * One card, ready for work. Copies, fills and launches go to a stream, the main one unless another is named, and are
 * done in its order.
 *
 * Every function throws {@link CudaError}, or what {@link onLost} makes of it from the first failed kernel on.
 */
export interface DriverContext {
  readonly device: DeviceDescription;
  readonly mainStream: Stream;
  /** Whether a failed kernel has made everything here unusable. */
  readonly isLost: boolean;
  /** What is thrown in place of an error that says so, if the user of the context knows more about it. */
  onLost: ((cause: CudaError) => Error) | undefined;

  /** @throws {CudaError} with code {@link OUT_OF_MEMORY} when there is no room. */
  allocate(sizeBytes: number): Address;
  /** Waits for the work that may use it. */
  free(address: Address): void;
  /** Memory that the card has free, other programs considered. */
  freeMemoryBytes(): number;
  allocatePinned(sizeBytes: number): PinnedMemory;
  freePinned(memory: PinnedMemory): void;

  /** Copies from the host; `from` may be changed afterwards. */
  upload(to: Address, from: ArrayBufferView, stream?: Stream): void;
  /** Copies to the host and waits for it, and for all that the stream did before. */
  download(to: ArrayBufferView, from: Address, stream?: Stream): void;
  /** Begins to copy from pinned memory, which must stay as it is until the stream has come there. */
  uploadPinned(to: Address, from: PinnedMemory, sizeBytes: number, stream?: Stream): void;
  /** Begins to copy to pinned memory, which is filled once the stream has come there. */
  downloadPinned(to: PinnedMemory, from: Address, sizeBytes: number, stream?: Stream): void;
  copy(to: Address, from: Address, sizeBytes: number, stream?: Stream): void;
  /** Sets every byte. */
  fillBytes(to: Address, value: number, sizeBytes: number, stream?: Stream): void;

  /** @param image what the {@link Compiler} made. */
  loadModule(image: Uint8Array): DriverModule;
  /**
   * Starts a kernel.
   * @param sharedBytes of dynamic shared memory for each block.
   * @param args the packed arguments, as {@link LaunchArguments} writes them.
   */
  launch(
    kernel: KernelFunction,
    grid: Extents,
    block: Extents,
    sharedBytes: number,
    args: Uint8Array,
    stream?: Stream,
  ): void;

  createStream(): Stream;
  destroyStream(stream: Stream): void;
  createEvent(): DriverEvent;
  destroyEvent(event: DriverEvent): void;
  recordEvent(event: DriverEvent, stream?: Stream): void;
  /** Whether the work before the event is done. */
  isReached(event: DriverEvent): boolean;
  /** Waits until the work before the event is done. */
  waitFor(event: DriverEvent): void;
  /** Makes a stream wait for what another has recorded. */
  streamWait(stream: Stream, event: DriverEvent): void;
  /** Time between two reached events, in milliseconds. */
  elapsedMs(from: DriverEvent, to: DriverEvent): number;
  /** Waits for all the work of a stream. */
  synchronize(stream?: Stream): void;

  /** From here on the stream's work is recorded and not done. */
  beginCapture(stream?: Stream): void;
  endCapture(stream?: Stream): Graph;
  launchGraph(graph: Graph, stream?: Stream): void;
  destroyGraph(graph: Graph): void;

  /** Gives everything back. */
  close(): void;
}

/** Kernels that were loaded onto a card. */
export interface DriverModule {
  /** @throws {CudaError} when there is none of this name. */
  function(name: string): KernelFunction;
  unload(): void;
}
