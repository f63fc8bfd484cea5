import type { WebAnswer, WebQuestion } from "../protocol.ts";

/** The bench computes in a worker, as the lesson's page does. */
const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

/** Asks the worker one thing at a time. */
function ask(question: WebQuestion): Promise<WebAnswer> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<WebAnswer>) => resolve(data);
    worker.onerror = (event) => resolve({ type: "failed", reason: event.message });
    worker.postMessage(question);
  });
}

Object.assign(globalThis, { ask });
