import { defaultRandom, type DrawnTensor } from "@camada/tensor";
import { Tensor, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Graph } from "../driver/driver.ts";
import { CudaError, CudaOutOfMemoryError } from "../driver/errors.ts";
import type { Block, StepPool } from "../memory/device-memory.ts";
import { elementBytes, type DeviceType, type DeviceValues, type Storage } from "../memory/storage.ts";
import type { Home } from "./home.ts";
import { Observation } from "./observation.ts";
import { areSameSets } from "./sameness.ts";

type DataId = TensorInfo["dataId"];

/** Device memory at a fixed address, and the tensor that is in it as long as there is one. */
export interface Place {
  readonly block: Block;
  dataId?: DataId | undefined;
}

/** A step could not be recorded to its end: nothing of it was done, and it can be run as it is. */
export class CaptureFailure extends Error {
  override readonly name = "CaptureFailure";
}

/**
 * One call of a step whose work is recorded, and done at its end: as one graph, or, where the step turns out to be none to
 * replay, as far as it was recorded by then, before the rest runs as it is.
 */
export class Capture extends Observation {
  /** The step's temporaries and results. */
  readonly pool: StepPool;
  /** Copies of the arguments, in their order. */
  readonly inputs: Place[] = [];
  /** Arrays of the host that the step sends: the same in every call. */
  readonly constants: Place[] = [];
  /** Where the step reads numbers that are drawn for every call. */
  readonly drawn = new Map<DataId, Place>();
  /** Of the variables that the step assigns. */
  readonly homes: Home[] = [];
  /** The recorded work, done once; absent after a refusal. */
  graph: Graph | undefined;
  #isRecording = false;
  readonly #watched: Observation;
  #moving: Storage | undefined;
  /** Freed by the step, and read by what was recorded before. */
  #retained: Block[] = [];

  /** @param watched the call before, which ran as it is. */
  constructor(backend: CudaBackend, watched: Observation) {
    super(backend);
    this.#watched = watched;
    this.pool = backend.memoryPool.createPool();
  }

  override get isRecording(): boolean {
    return this.#isRecording;
  }

  /**
   * Runs the step and has its work done.
   * @param args of the call; the step gets copies at fixed addresses of those that are tensors.
   * @throws {CaptureFailure} when the driver refuses, or memory is short; the step can then be run as it is.
   */
  record<A extends unknown[], R>(step: (...args: A) => R, args: A): R {
    const { context } = this.backend;
    const random = defaultRandom();
    const drawnBefore = random.state();
    let value: R;
    try {
      this.backend.homes.settleAll();
      for (const variable of this.#watched.assigned) this.homes.push(this.backend.homes.take(variable));
      const inputs = args.map((arg) => (arg instanceof Tensor ? this.#input(arg) : arg)) as A;
      this.#start();
      value = this.run(() => step(...inputs));
      this.#finish();
    } catch (error) {
      const isDriver = error instanceof CudaError || error instanceof CudaOutOfMemoryError;
      if (isDriver || context.isLost) {
        this.#abandon();
        random.restore(drawnBefore);
      } else this.#finish();
      throw isDriver && !context.isLost ? new CaptureFailure(error.message, { cause: error }) : error;
    }
    if (this.refusal === undefined) this.#adoptHomes();
    else this.#discard();
    return value;
  }

  /** The block of a result: `undefined` for a tensor that no replay fills. */
  resultBlock(dataId: DataId): Block | undefined {
    const { data } = this.backend;
    const storage = data.has(dataId) ? data.get(dataId) : undefined;
    if (storage?.block === undefined || storage.isLent === true || !this.own.has(storage)) return undefined;
    storage.isLent = true;
    return storage.block;
  }

  /** Tensors that were made in the step and are still there. */
  survivors(): DataId[] {
    const { data } = this.backend;
    return [...this.own].flatMap(([storage, dataId]) =>
      data.has(dataId) && data.get(dataId) === storage ? [dataId] : [],
    );
  }

  /** Frees what replays would need, except what tensors still have. */
  dispose(): void {
    this.#discard();
    const { backend } = this;
    const places = [...this.inputs, ...this.constants, ...this.drawn.values()];
    for (const { block, dataId } of places) backend.giveUp(block, dataId);
    for (const home of this.homes.splice(0)) backend.homes.release(home);
    backend.memoryPool.closePool(this.pool);
  }

  override used(dataId: DataId, storage: Storage): void {
    if (!this.#isRecording) return;
    if (this.#moving === storage) {
      this.#keepSent({ block: storage.block!, dataId }, storage);
      this.#moving = undefined;
    }
    const isKept =
      this.inputs.some((input) => input.dataId === dataId) || this.homes.some((home) => home.holds(dataId));
    if (!isKept) super.used(dataId, storage);
  }

  override moves(storage: Storage, values: DeviceValues): void {
    super.moves(storage, values);
    if (this.#isRecording && this.own.has(storage)) this.#moving = storage;
  }

  override refuse(reason: string): void {
    super.refuse(reason);
    this.#finish();
    this.#discard();
  }

  override retains(storage: Storage): boolean {
    if (!this.#isRecording || this.own.has(storage)) return false;
    this.#retained.push(storage.block!);
    return true;
  }

  protected override expectedDraws(): readonly DrawnTensor[] {
    return this.#watched.draws;
  }

  protected override completed(): void {
    super.completed();
    const { assigned } = this.#watched;
    if (areSameSets(assigned, this.assigned)) for (const home of this.homes) home.fill();
    else this.refuse("it did not assign the same variables twice");
  }

  #start(): void {
    const { context, memoryPool } = this.backend;
    // What the step sends ahead goes to memory that earlier work may still be using.
    context.synchronize();
    context.beginCapture();
    this.#isRecording = true;
    memoryPool.allocateFrom(this.pool);
  }

  #input(arg: Tensor): Tensor {
    const { backend } = this;
    const dtype = arg.dtype as DeviceType;
    const block = backend.memoryPool.allocate(Math.max(1, arg.size) * elementBytes(dtype));
    const copy = backend.lend(block, arg.shape, dtype);
    this.inputs.push({ block, dataId: copy.dataId });
    backend.copyTo(block.address, arg);
    return copy;
  }

  /** Keeps where the step finds what the host sends. */
  #keepSent(place: Place, storage: Storage): void {
    storage.isLent = true;
    if (this.isDrawn(storage)) this.drawn.set(place.dataId!, place);
    else this.constants.push(place);
  }

  /** Has the work done that was recorded so far. */
  #finish(): void {
    if (!this.#isRecording) return;
    const { context } = this.backend;
    this.#stop();
    this.graph = context.endCapture();
    context.launchGraph(this.graph);
    this.#release();
  }

  /** Drops the work that was recorded. */
  #abandon(): void {
    const { context } = this.backend;
    const wasRecording = this.#isRecording;
    this.#stop();
    this.#release();
    if (context.isLost) return;
    this.#adoptHomes();
    try {
      if (wasRecording) this.graph = context.endCapture();
    } catch {
      // The driver says once more that it would not record: that is known, and the stream is as before.
    }
    this.#discard();
  }

  #adoptHomes(): void {
    for (const home of this.homes) home.adopt();
  }

  #stop(): void {
    this.#isRecording = false;
    this.backend.memoryPool.allocateFrom(undefined);
  }

  #release(): void {
    for (const block of this.#retained.splice(0)) this.backend.memoryPool.free(block);
  }

  #discard(): void {
    const { context } = this.backend;
    if (this.graph !== undefined && !context.isLost) context.destroyGraph(this.graph);
    this.graph = undefined;
  }
}
