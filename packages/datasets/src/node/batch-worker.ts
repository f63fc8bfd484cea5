import { parentPort, workerData } from "node:worker_threads";
import { DataOptionError } from "../errors.ts";
import type { ImageArray } from "../image.ts";
import type { ImageJob, ImageRequest } from "../render-images.ts";
import { renderImages } from "../render-images.ts";

/** What the main thread sends. */
export interface WorkerRequest {
  readonly id: number;
  readonly request: ImageRequest;
}

/** What a worker answers. Errors lose their class on the way, so their parts are sent. */
export type WorkerReply =
  | { readonly id: number; readonly images: ImageArray }
  | { readonly id: number; readonly refusal: Pick<DataOptionError, "op" | "expected" | "got" | "advice"> }
  | { readonly id: number; readonly error: unknown };

const job = workerData as ImageJob;

parentPort?.on("message", ({ id, request }: WorkerRequest) => {
  try {
    const images = renderImages(job, request);
    parentPort?.postMessage({ id, images } satisfies WorkerReply, [images.data.buffer as ArrayBuffer]);
  } catch (error) {
    if (error instanceof DataOptionError) {
      const { op, expected, got, advice } = error;
      parentPort?.postMessage({ id, refusal: { op, expected, got, advice } } satisfies WorkerReply);
    } else {
      parentPort?.postMessage({ id, error } satisfies WorkerReply);
    }
  }
});
