import { setTimeout as sleep } from "node:timers/promises";
import type { Address, DriverContext, DriverEvent, PinnedMemory, Stream } from "../driver/driver.ts";
import { sizeClass } from "./size-class.ts";

/** Up to here the driver takes what is uploaded along with the command. */
const SMALL_BYTES = 64 * 1024;

/** Uploads go through two buffers of this size: one is filled while the other is read. */
const CHUNK_BYTES = 4 * 2 ** 20;

/** Pinned memory that is kept between downloads. */
const KEPT_BYTES = 64 * 2 ** 20;

/** For so long a wait looks again in every turn of the event loop, and then every millisecond. */
const EAGER_MS = 2;

interface Chunk {
  readonly memory: PinnedMemory;
  /** Recorded behind its last upload. */
  readonly event: DriverEvent;
}

/** Copies between host and device, through pinned memory where that is faster. */
export class Transfers {
  readonly #context: DriverContext;
  #chunks: Chunk[] = [];
  #kept: PinnedMemory[] = [];
  #events: DriverEvent[] = [];
  #ahead: Stream | undefined;

  constructor(context: DriverContext) {
    this.#context = context;
  }

  /** Begins to copy to the device; `from` may be changed afterwards. */
  upload(to: Address, from: ArrayBufferView): void {
    if (from.byteLength === 0) return;
    if (from.byteLength <= SMALL_BYTES) {
      this.#context.upload(to, from);
      return;
    }
    const bytes = new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
    this.#chunks = this.#chunks.length > 0 ? this.#chunks : [this.#chunk(), this.#chunk()];
    for (let at = 0, turn = 0; at < bytes.length; at += CHUNK_BYTES, turn++) {
      const { memory, event } = this.#chunks[turn % this.#chunks.length]!;
      const part = bytes.subarray(at, at + CHUNK_BYTES);
      this.#context.waitFor(event);
      memory.bytes.set(part);
      this.#context.uploadPinned(to + at, memory, part.length);
      this.#context.recordEvent(event);
    }
  }

  /** Copies to the device beside the main stream, which may be recording, and waits for it. */
  uploadAhead(to: Address, from: ArrayBufferView): void {
    if (from.byteLength === 0) return;
    this.#ahead ??= this.#context.createStream();
    this.#context.upload(to, from, this.#ahead);
    this.#context.synchronize(this.#ahead);
  }

  /** Copies to the host and waits for it. */
  download(to: ArrayBufferView, from: Address): void {
    if (to.byteLength > 0) this.#context.download(to, from);
  }

  /** Copies what stands on the device now to the host, and lets the event loop go on meanwhile. */
  async downloadLater(to: Uint8Array, from: Address): Promise<void> {
    if (to.byteLength === 0) return;
    const memory = this.#takePinned(to.byteLength);
    const event = this.#events.pop() ?? this.#context.createEvent();
    this.#context.downloadPinned(memory, from, to.byteLength);
    this.#context.recordEvent(event);
    await this.reached(event);
    to.set(memory.bytes.subarray(0, to.byteLength));
    this.#events.push(event);
    this.#keepPinned(memory);
  }

  /** Resolves once the device has come to an event. */
  async reached(event: DriverEvent): Promise<void> {
    const beganMs = performance.now();
    while (!this.#context.isReached(event)) {
      if (performance.now() - beganMs < EAGER_MS) await new Promise(setImmediate);
      else await sleep(1);
    }
  }

  dispose(): void {
    if (!this.#context.isLost) {
      for (const { memory, event } of this.#chunks) {
        this.#context.freePinned(memory);
        this.#context.destroyEvent(event);
      }
      for (const memory of this.#kept) this.#context.freePinned(memory);
      for (const event of this.#events) this.#context.destroyEvent(event);
      if (this.#ahead !== undefined) this.#context.destroyStream(this.#ahead);
    }
    this.#ahead = undefined;
    this.#chunks = [];
    this.#kept = [];
    this.#events = [];
  }

  #chunk(): Chunk {
    return { memory: this.#context.allocatePinned(CHUNK_BYTES), event: this.#context.createEvent() };
  }

  #takePinned(sizeBytes: number): PinnedMemory {
    const at = this.#kept.findIndex(({ bytes }) => bytes.length >= sizeBytes);
    const [found] = at < 0 ? [] : this.#kept.splice(at, 1);
    return found ?? this.#context.allocatePinned(sizeClass(sizeBytes));
  }

  #keepPinned(memory: PinnedMemory): void {
    this.#kept.push(memory);
    this.#kept.sort((a, b) => a.bytes.length - b.bytes.length);
    let keptBytes = this.#kept.reduce((sum, { bytes }) => sum + bytes.length, 0);
    while (keptBytes > KEPT_BYTES) {
      const largest = this.#kept.pop()!;
      keptBytes -= largest.bytes.length;
      this.#context.freePinned(largest);
    }
  }
}
