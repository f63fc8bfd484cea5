import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { RunningWorkers, BatchWorkers } from "../batch-workers.ts";
import { DataOptionError } from "../errors.ts";
import type { Image, ImageArray, ImageSource } from "../image.ts";
import type { ImageJob, ImageRequest } from "../render-images.ts";
import type { WorkerReply, WorkerRequest } from "./batch-worker.ts";

/**
 * Threads for a DataLoader. The pictures are copied once into memory that all threads share; batches come back by
 * transfer.
 *
 * @param size number of threads, default one less than the machine has, at most 4.
 * @throws DataOptionError when the size is not a positive integer.
 */
export function threadWorkers(size = Math.min(Math.max(availableParallelism() - 1, 1), 4)): BatchWorkers {
  if (!Number.isInteger(size) || size < 1) {
    throw new DataOptionError("threadWorkers", "an integer of at least 1", `${size}`);
  }
  return { size, start: (job) => new RunningThreads(job, size) };
}

interface Pending {
  readonly worker: Worker;
  readonly resolve: (images: ImageArray) => void;
  readonly reject: (reason: unknown) => void;
}

class RunningThreads implements RunningWorkers {
  readonly #workers: readonly Worker[];
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #ended: Error | undefined;

  constructor({ images, transforms }: ImageJob, size: number) {
    const job: ImageJob = { images: shared(images), transforms };
    this.#workers = Array.from({ length: size }, () => this.#spawn(job));
  }

  render(request: ImageRequest): Promise<ImageArray> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const worker = this.#leastBusy();
    const id = this.#nextId++;
    worker.ref(); // the process stays alive while an answer is due
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { worker, resolve, reject });
      worker.postMessage({ id, request } satisfies WorkerRequest);
    });
  }

  async close(): Promise<void> {
    this.#end(new Error("the worker threads were closed"));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #spawn(job: ImageJob): Worker {
    const worker = startWorker(job);
    worker.unref();
    worker.on("message", (reply: WorkerReply) => this.#settle(reply));
    worker.on("error", (cause) => this.#end(new Error("a worker thread failed", { cause })));
    worker.on("exit", () => this.#end(new Error("a worker thread ended")));
    return worker;
  }

  #settle(reply: WorkerReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (pending === undefined) return;
    if (![...this.#pending.values()].some(({ worker }) => worker === pending.worker)) pending.worker.unref();
    if ("images" in reply) {
      pending.resolve(reply.images);
    } else if ("refusal" in reply) {
      const { op, expected, got, advice } = reply.refusal;
      pending.reject(new DataOptionError(op, expected, got, advice));
    } else {
      pending.reject(reply.error);
    }
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }

  #leastBusy(): Worker {
    const load = new Map(this.#workers.map((worker) => [worker, 0]));
    for (const { worker } of this.#pending.values()) load.set(worker, (load.get(worker) ?? 0) + 1);
    const [least] = [...load].sort(([, a], [, b]) => a - b);
    if (least === undefined) throw new Error("no worker threads");
    return least[0];
  }
}

/** From sources, a Node that does not read TypeScript gets tsx inside the thread. */
function startWorker(workerData: ImageJob): Worker {
  const isSource = import.meta.url.endsWith(".ts");
  const file = new URL(isSource ? "./batch-worker.ts" : "./batch-worker.js", import.meta.url);
  // The type of `node -e` input is no option for a file.
  const options = { workerData, execArgv: process.execArgv.filter((flag) => !flag.startsWith("--input-type")) };
  const readsTypeScript = Boolean(Reflect.get(process.features, "typescript"));
  if (!isSource || readsTypeScript) return new Worker(file, options);
  const tsx = import.meta.resolve("tsx/esm/api");
  const load = `import("${tsx}").then(({ register }) => { register(); return import("${file.href}"); });`;
  return new Worker(load, { ...options, eval: true });
}

/** The same pictures in shared memory. */
function shared(images: ImageSource): ImageSource {
  if ("data" in images)
    return { ...images, data: copied(images.data, new SharedArrayBuffer(images.data.byteLength), 0) };
  const sizeBytes = images.reduce((sum, { data }) => sum + alignedBytes(data), 0);
  const memory = new SharedArrayBuffer(sizeBytes);
  let offset = 0;
  return images.map((picture): Image => {
    const data = copied(picture.data, memory, offset);
    offset += alignedBytes(picture.data);
    return { ...picture, data };
  });
}

function copied(data: ImageArray["data"], memory: SharedArrayBuffer, offset: number): ImageArray["data"] {
  const copy =
    data instanceof Uint8Array
      ? new Uint8Array(memory, offset, data.length)
      : new Float32Array(memory, offset, data.length);
  copy.set(data);
  return copy;
}

/** Whole float32 words, so that float pictures may follow. */
function alignedBytes(data: ImageArray["data"]): number {
  return Math.ceil(data.byteLength / 4) * 4;
}
