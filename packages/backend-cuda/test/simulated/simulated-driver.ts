import koffi from "koffi";
import type {
  Address,
  DeviceDescription,
  Driver,
  DriverContext,
  DriverEvent,
  DriverModule,
  Extents,
  Graph,
  KernelFunction,
  PinnedMemory,
  Stream,
} from "../../src/driver/driver.ts";
import { CudaError, isSticky, NoSuchDeviceError } from "../../src/driver/errors.ts";
import { SimulatedCompiler } from "./simulated-compiler.ts";
import { SimulatedMemory } from "./simulated-memory.ts";

const GIBIBYTE = 2 ** 30;

const CODES: Readonly<Record<number, readonly [name: string, description: string]>> = {
  1: ["CUDA_ERROR_INVALID_VALUE", "invalid argument"],
  700: ["CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"],
  702: ["CUDA_ERROR_LAUNCH_TIMEOUT", "threads wait for each other for ever"],
  710: ["CUDA_ERROR_ASSERT", "device-side assert triggered"],
  900: ["CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"],
  901: ["CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "operation failed due to a previous error during capture"],
};

/** Options of {@link SimulatedDriver}. */
export interface SimulatedDriverOptions {
  /** Folder of this file. */
  readonly headers: string;
  readonly compiler: SimulatedCompiler;
  /** Memory of each device; default 8 GiB. */
  readonly memoryBytes?: number;
  /** How many devices there are; default 1. */
  readonly count?: number;
  /** Generation of their instructions, of which they have all; default 8.0. */
  readonly computeCapability?: readonly [number, number];
}

/** A driver whose devices are this CPU: for tests of kernels and of everything around them on machines without a card. */
export class SimulatedDriver implements Driver {
  readonly cudaVersion = [13, 0] as const;
  readonly devices: readonly DeviceDescription[];
  readonly #options: SimulatedDriverOptions;
  readonly #opened = new Map<number, SimulatedContext>();

  constructor(options: SimulatedDriverOptions) {
    this.#options = options;
    const { memoryBytes = 8 * GIBIBYTE, count = 1, computeCapability = [8, 0] } = options;
    this.devices = Array.from({ length: count }, (_, index) => ({
      index,
      name: "simulated device",
      computeCapability,
      multiprocessors: 2,
      memoryBytes,
      sharedMemoryPerBlockBytes: 227 * 1024,
      l2Bytes: 2 ** 22,
    }));
  }

  open(index: number): SimulatedContext {
    const device = this.devices[index];
    if (device === undefined) throw new NoSuchDeviceError(index, this.devices);
    const earlier = this.#opened.get(index);
    if (earlier !== undefined && !earlier.isLost) return earlier;
    const memory = new SimulatedMemory(this.#options.compiler, this.#options.headers, device.memoryBytes);
    const context = new SimulatedContext(device, memory);
    this.#opened.set(index, context);
    return context;
  }
}

interface SimulatedFunction extends KernelFunction {
  readonly call: (extents: Uint32Array, args: Uint8Array, argumentBytes: number) => number;
}

type Work = () => void;

interface SimulatedGraph extends Graph {
  readonly works: readonly Work[];
  isDestroyed: boolean;
}

interface SimulatedEvent extends DriverEvent {
  timeMs: number;
  /** The recording that it is a place in, if it is. */
  recording?: Recording | undefined;
}

/** Work that is being recorded, in the order in which it was asked for. */
interface Recording {
  readonly works: Work[];
  /** Streams that take part: the one that began, and those that wait for what it recorded. */
  readonly streams: Set<Stream>;
  /** Whether something was asked for that cannot be recorded. */
  isInvalid: boolean;
}

/** The context of a simulated device. Work is done when it is asked for, so streams are always empty. */
export class SimulatedContext implements DriverContext {
  readonly device: DeviceDescription;
  readonly memory: SimulatedMemory;
  readonly mainStream: Stream = { kind: "stream" };
  onLost: ((cause: CudaError) => Error) | undefined;
  /** How many kernels were run. */
  launches = 0;
  /** How many graphs there are. */
  graphs = 0;
  /** How many graphs were launched. */
  graphLaunches = 0;
  /** Polls of an event that find it not reached yet, from now on: for tests of what waits. */
  delayedPolls = 0;
  #lost: Error | undefined;
  #recording: Recording | undefined;

  constructor(device: DeviceDescription, memory: SimulatedMemory) {
    this.device = device;
    this.memory = memory;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  allocate(sizeBytes: number): Address {
    this.#requireAlive();
    return this.memory.allocate(sizeBytes);
  }

  free(address: Address): void {
    this.#requireAlive();
    this.memory.free(address);
  }

  freeMemoryBytes(): number {
    this.#requireAlive();
    return this.memory.freeBytes;
  }

  allocatePinned(sizeBytes: number): PinnedMemory {
    this.#requireAlive();
    return { bytes: new Uint8Array(sizeBytes) };
  }

  freePinned(): void {
    this.#requireAlive();
  }

  upload(to: Address, from: ArrayBufferView, stream?: Stream): void {
    const bytes = new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
    // While recording, what stands there then is what every replay copies, wherever the host has it now.
    const source = this.#isRecording(stream) ? bytes.slice() : bytes;
    this.#work(stream, () => {
      this.memory.check("cuMemcpyHtoDAsync_v2", to, source.byteLength);
      this.memory.copyIn(to, source, source.byteLength);
    });
  }

  download(to: ArrayBufferView, from: Address, stream?: Stream): void {
    this.#forbidRecording("cuMemcpyDtoHAsync_v2", stream);
    this.#work(stream, () => {
      this.memory.check("cuMemcpyDtoHAsync_v2", from, to.byteLength);
      this.memory.copyOut(to, from, to.byteLength);
    });
  }

  uploadPinned(to: Address, from: PinnedMemory, sizeBytes: number, stream?: Stream): void {
    this.#work(stream, () => this.memory.copyIn(to, from.bytes, sizeBytes));
  }

  downloadPinned(to: PinnedMemory, from: Address, sizeBytes: number, stream?: Stream): void {
    this.#work(stream, () => this.memory.copyOut(to.bytes, from, sizeBytes));
  }

  copy(to: Address, from: Address, sizeBytes: number, stream?: Stream): void {
    this.#work(stream, () => {
      this.memory.check("cuMemcpyDtoDAsync_v2", to, sizeBytes);
      this.memory.check("cuMemcpyDtoDAsync_v2", from, sizeBytes);
      this.memory.copy(to, from, sizeBytes);
    });
  }

  fillBytes(to: Address, value: number, sizeBytes: number, stream?: Stream): void {
    this.#work(stream, () => {
      this.memory.check("cuMemsetD8Async", to, sizeBytes);
      this.memory.fill(to, value, sizeBytes);
    });
  }

  loadModule(image: Uint8Array): DriverModule {
    this.#requireAlive();
    const library = koffi.load(new TextDecoder().decode(image));
    return {
      function: (name): SimulatedFunction => {
        const call = library.func(`camada_launch_${name}`, "int", ["void*", "void*", "uint32_t"]);
        return { name, call: call as SimulatedFunction["call"] };
      },
      unload: () => undefined,
    };
  }

  launch(
    kernel: KernelFunction,
    grid: Extents,
    block: Extents,
    sharedBytes: number,
    args: Uint8Array,
    stream?: Stream,
  ): void {
    const extents = Uint32Array.of(...grid, ...block, sharedBytes);
    const own = args.slice();
    if (sharedBytes > this.device.sharedMemoryPerBlockBytes) throw errorOf("cuLaunchKernel", 1);
    this.#work(stream, () => {
      this.launches++;
      const code = (kernel as SimulatedFunction).call(extents, own, own.byteLength);
      if (code === 0) return;
      const error = errorOf("cuLaunchKernel", code, kernel.name);
      throw isSticky(code) ? this.lose(error) : error;
    });
  }

  /** Makes the context what a failed kernel leaves of one; gives what every call throws from here on. */
  lose(cause: CudaError): Error {
    this.#lost = this.onLost?.(cause) ?? cause;
    return this.#lost;
  }

  createStream(): Stream {
    this.#requireAlive();
    return { kind: "stream" };
  }

  destroyStream(): void {
    this.#requireAlive();
  }

  createEvent(): DriverEvent {
    this.#requireAlive();
    return { kind: "event", timeMs: 0 } as SimulatedEvent;
  }

  destroyEvent(): void {
    this.#requireAlive();
  }

  recordEvent(event: DriverEvent, stream?: Stream): void {
    (event as SimulatedEvent).recording = this.#isRecording(stream) ? this.#recording : undefined;
    this.#work(stream, () => ((event as SimulatedEvent).timeMs = performance.now()));
  }

  isReached(): boolean {
    this.#requireAlive();
    return this.delayedPolls-- <= 0;
  }

  waitFor(): void {
    this.#requireAlive();
  }

  streamWait(stream: Stream, event: DriverEvent): void {
    this.#requireAlive();
    const { recording } = event as SimulatedEvent;
    if (recording !== undefined && recording === this.#recording) recording.streams.add(stream);
  }

  elapsedMs(from: DriverEvent, to: DriverEvent): number {
    return (to as SimulatedEvent).timeMs - (from as SimulatedEvent).timeMs;
  }

  synchronize(stream?: Stream): void {
    this.#requireAlive();
    this.#forbidRecording("cuStreamSynchronize", stream);
  }

  beginCapture(stream = this.mainStream): void {
    this.#requireAlive();
    if (this.#recording !== undefined) throw errorOf("cuStreamBeginCapture_v2", 1);
    this.#recording = { works: [], streams: new Set([stream]), isInvalid: false };
  }

  endCapture(): Graph {
    const recording = this.#recording;
    this.#recording = undefined;
    if (recording === undefined) throw errorOf("cuStreamEndCapture", 1);
    if (recording.isInvalid) throw errorOf("cuStreamEndCapture", 901);
    this.graphs++;
    return { kind: "graph", works: recording.works, isDestroyed: false } as SimulatedGraph;
  }

  launchGraph(graph: Graph): void {
    this.#requireAlive();
    const { works, isDestroyed } = graph as SimulatedGraph;
    if (isDestroyed) throw errorOf("cuGraphLaunch", 1);
    this.graphLaunches++;
    for (const work of works) work();
  }

  destroyGraph(graph: Graph): void {
    this.#requireAlive();
    if ((graph as SimulatedGraph).isDestroyed) throw errorOf("cuGraphExecDestroy", 1);
    (graph as SimulatedGraph).isDestroyed = true;
    this.graphs--;
  }

  close(): void {
    this.#requireAlive();
  }

  #isRecording(stream = this.mainStream): boolean {
    return this.#recording?.streams.has(stream) === true;
  }

  /** What waits for a stream that is being recorded spoils the recording. */
  #forbidRecording(call: string, stream?: Stream): void {
    if (!this.#isRecording(stream)) return;
    this.#recording!.isInvalid = true;
    throw errorOf(call, 900);
  }

  #work(stream: Stream | undefined, work: Work): void {
    this.#requireAlive();
    if (this.#isRecording(stream)) this.#recording?.works.push(work);
    else work();
  }

  #requireAlive(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }
}

function errorOf(call: string, code: number, subject?: string): CudaError {
  const [name, description] = CODES[code] ?? ["CUDA_ERROR_UNKNOWN", "unknown error"];
  return new CudaError(call, code, name, subject === undefined ? description : `${description}, in ${subject}`);
}
