import type { ImageArray } from "./image.ts";
import type { ImageJob, ImageRequest } from "./render-images.ts";

/** Threads that a DataLoader may use; `threadWorkers` of `@camada/datasets/node` makes them. */
export interface BatchWorkers {
  /** Number of threads. */
  readonly size: number;
  /** Starts the threads on one dataset. */
  start(job: ImageJob): RunningWorkers;
}

/** Running threads that know one dataset. */
export interface RunningWorkers {
  /** One batch of pictures, transformed and packed; the buffer belongs to the caller. */
  render(request: ImageRequest): Promise<ImageArray>;
  /** Ends the threads; requests under way are rejected. */
  close(): Promise<void>;
}
