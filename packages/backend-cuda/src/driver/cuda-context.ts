import koffi from "koffi";
import type {
  Address,
  DeviceDescription,
  DriverContext,
  DriverEvent,
  DriverModule,
  Extents,
  Graph,
  KernelFunction,
  PinnedMemory,
  Stream,
} from "./driver.ts";
import { CudaError, isSticky } from "./errors.ts";
import { LaunchBuffer } from "./launch-buffer.ts";
import type { DriverCall, LibCuda } from "./libcuda.ts";

const NON_BLOCKING_STREAM = 1;
/** A pool may grow while a step is recorded, which the stricter modes forbid. */
const RELAXED_CAPTURE = 2;
const MAX_DYNAMIC_SHARED_BYTES = 8;
const NOT_READY = 600;

/** Handle of the context whose turn it is on this thread. */
let current: number | undefined;

/** The driver's handles. What the interface calls a stream, an event, a graph is one of these. */
interface Handle {
  readonly handle: number;
}
interface CudaStream extends Stream, Handle {}
interface CudaEvent extends DriverEvent, Handle {}
interface CudaGraph extends Graph, Handle {}
interface CudaPinned extends PinnedMemory, Handle {}
interface CudaFunction extends KernelFunction, Handle {
  /** Dynamic shared memory that it was allowed. */
  sharedBytes: number;
}

/** The primary context of a card of this machine. */
export class CudaContext implements DriverContext {
  readonly device: DeviceDescription;
  readonly mainStream: Stream;
  onLost: ((cause: CudaError) => Error) | undefined;
  readonly #library: LibCuda;
  readonly #device: number;
  readonly #context: number;
  readonly #launchBuffer = new LaunchBuffer();
  readonly #out = new BigUint64Array(2);
  #lost: Error | undefined;

  /** @param handle the driver's number for the device. */
  constructor(library: LibCuda, device: DeviceDescription, handle: number) {
    this.#library = library;
    this.device = device;
    this.#device = handle;
    library.call("cuDevicePrimaryCtxRetain", this.#out, handle);
    this.#context = Number(this.#out[0]);
    this.mainStream = this.createStream();
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  allocate(sizeBytes: number): Address {
    return this.#make("cuMemAlloc_v2", sizeBytes);
  }

  free(address: Address): void {
    this.#call("cuMemFree_v2", address);
  }

  freeMemoryBytes(): number {
    this.#call("cuMemGetInfo_v2", this.#out.subarray(0, 1), this.#out.subarray(1, 2));
    return Number(this.#out[0]);
  }

  allocatePinned(sizeBytes: number): PinnedMemory {
    const handle = this.#make("cuMemHostAlloc", sizeBytes, 0);
    return { handle, bytes: new Uint8Array(koffi.view(handle, sizeBytes)) } as CudaPinned;
  }

  freePinned(memory: PinnedMemory): void {
    this.#call("cuMemFreeHost", (memory as CudaPinned).handle);
  }

  upload(to: Address, from: ArrayBufferView, stream = this.mainStream): void {
    // From memory that is not pinned the driver has taken everything when it comes back.
    this.#call("cuMemcpyHtoDAsync_v2", to, from, from.byteLength, handleOf(stream));
  }

  download(to: ArrayBufferView, from: Address, stream = this.mainStream): void {
    this.#call("cuMemcpyDtoHAsync_v2", to, from, to.byteLength, handleOf(stream));
    this.synchronize(stream);
  }

  uploadPinned(to: Address, from: PinnedMemory, sizeBytes: number, stream = this.mainStream): void {
    this.#call("cuMemcpyHtoDAsync_v2", to, from.bytes, sizeBytes, handleOf(stream));
  }

  downloadPinned(to: PinnedMemory, from: Address, sizeBytes: number, stream = this.mainStream): void {
    this.#call("cuMemcpyDtoHAsync_v2", to.bytes, from, sizeBytes, handleOf(stream));
  }

  copy(to: Address, from: Address, sizeBytes: number, stream = this.mainStream): void {
    this.#call("cuMemcpyDtoDAsync_v2", to, from, sizeBytes, handleOf(stream));
  }

  fillBytes(to: Address, value: number, sizeBytes: number, stream = this.mainStream): void {
    this.#call("cuMemsetD8Async", to, value, sizeBytes, handleOf(stream));
  }

  loadModule(image: Uint8Array): DriverModule {
    const module = this.#make("cuModuleLoadData", image);
    return {
      function: (name): CudaFunction => ({
        name,
        handle: this.#make("cuModuleGetFunction", module, name),
        sharedBytes: 0,
      }),
      unload: () => this.#call("cuModuleUnload", module),
    };
  }

  launch(
    kernel: KernelFunction,
    grid: Extents,
    block: Extents,
    sharedBytes: number,
    args: Uint8Array,
    stream = this.mainStream,
  ): void {
    const cudaFunction = kernel as CudaFunction;
    if (sharedBytes > cudaFunction.sharedBytes) {
      this.#call("cuFuncSetAttribute", cudaFunction.handle, MAX_DYNAMIC_SHARED_BYTES, sharedBytes);
      cudaFunction.sharedBytes = sharedBytes;
    }
    const extra = this.#launchBuffer.fill(args);
    this.#call(
      "cuLaunchKernel",
      cudaFunction.handle,
      ...grid,
      ...block,
      sharedBytes,
      handleOf(stream),
      0,
      args.byteLength === 0 ? 0 : extra,
    );
  }

  createStream(): Stream {
    return { kind: "stream", handle: this.#make("cuStreamCreate", NON_BLOCKING_STREAM) } as CudaStream;
  }

  destroyStream(stream: Stream): void {
    this.#call("cuStreamDestroy_v2", handleOf(stream));
  }

  createEvent(): DriverEvent {
    return { kind: "event", handle: this.#make("cuEventCreate", 0) } as CudaEvent;
  }

  destroyEvent(event: DriverEvent): void {
    this.#call("cuEventDestroy_v2", handleOf(event));
  }

  recordEvent(event: DriverEvent, stream = this.mainStream): void {
    this.#call("cuEventRecord", handleOf(event), handleOf(stream));
  }

  isReached(event: DriverEvent): boolean {
    return this.#result("cuEventQuery", [0, NOT_READY], handleOf(event)) === 0;
  }

  waitFor(event: DriverEvent): void {
    this.#call("cuEventSynchronize", handleOf(event));
  }

  streamWait(stream: Stream, event: DriverEvent): void {
    this.#call("cuStreamWaitEvent", handleOf(stream), handleOf(event), 0);
  }

  elapsedMs(from: DriverEvent, to: DriverEvent): number {
    const elapsed = new Float32Array(1);
    this.#call("cuEventElapsedTime", elapsed, handleOf(from), handleOf(to));
    return elapsed[0]!;
  }

  synchronize(stream = this.mainStream): void {
    this.#call("cuStreamSynchronize", handleOf(stream));
  }

  beginCapture(stream = this.mainStream): void {
    this.#call("cuStreamBeginCapture_v2", handleOf(stream), RELAXED_CAPTURE);
  }

  endCapture(stream = this.mainStream): Graph {
    this.#call("cuStreamEndCapture", handleOf(stream), this.#out);
    const recorded = Number(this.#out[0]);
    try {
      return { kind: "graph", handle: this.#make("cuGraphInstantiateWithFlags", recorded, 0) } as CudaGraph;
    } finally {
      if (!this.isLost) this.#call("cuGraphDestroy", recorded);
    }
  }

  launchGraph(graph: Graph, stream = this.mainStream): void {
    this.#call("cuGraphLaunch", handleOf(graph), handleOf(stream));
  }

  destroyGraph(graph: Graph): void {
    this.#call("cuGraphExecDestroy", handleOf(graph));
  }

  close(): void {
    this.destroyStream(this.mainStream);
    if (current === this.#context) current = undefined;
    this.#call("cuDevicePrimaryCtxRelease_v2", this.#device);
  }

  /** Calls a function whose first parameter takes the handle or address that it makes. */
  #make(name: DriverCall, ...args: readonly (number | string | ArrayBufferView)[]): number {
    this.#call(name, this.#out, ...args);
    return Number(this.#out[0]);
  }

  #call(name: DriverCall, ...args: readonly (number | string | ArrayBufferView)[]): void {
    this.#result(name, [0], ...args);
  }

  /** @throws {CudaError} or what `onLost` gives, for a result that is not among those expected. */
  #result(
    name: DriverCall,
    expected: readonly number[],
    ...args: readonly (number | string | ArrayBufferView)[]
  ): number {
    if (this.#lost !== undefined) throw this.#lost;
    if (current !== this.#context) {
      this.#library.call("cuCtxSetCurrent", this.#context);
      current = this.#context;
    }
    const code = this.#library.result(name, ...args);
    if (expected.includes(code)) return code;
    const error = this.#library.error(name, code);
    if (!isSticky(code)) throw error;
    if (current === this.#context) current = undefined;
    this.#lost = this.onLost?.(error) ?? error;
    throw this.#lost;
  }
}

function handleOf(thing: Stream | DriverEvent | Graph): number {
  return (thing as CudaStream | CudaEvent | CudaGraph).handle;
}
