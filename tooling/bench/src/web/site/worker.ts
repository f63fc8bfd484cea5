import { random, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { lessonNet } from "../../net/description.ts";
import { initialWeights } from "../../net/initial-weights.ts";
import type { WebAnswer, WebContender, WebQuestion, WebWork } from "../protocol.ts";
import { webBackends } from "./backends.ts";
import type { Bench } from "./bench.ts";
import { deviceLost } from "./device-lost.ts";

/** The part of a worker's global scope that is used here; the compiler has loaded the page's. */
interface WorkerScope {
  postMessage(answer: WebAnswer): void;
  addEventListener(type: "message", listener: (event: MessageEvent<WebQuestion>) => void): void;
}

const SEED = 1;
const scope = globalThis as unknown as WorkerScope;
let bench: Bench | undefined;
let lost: Promise<never>;

scope.addEventListener("message", ({ data }) => {
  answer(data).then(
    (message) => scope.postMessage(message),
    (error: unknown) => scope.postMessage({ type: "failed", reason: String(error) }),
  );
});

async function answer(question: WebQuestion): Promise<WebAnswer> {
  if (question.type === "open") {
    const about = await open(question.contender);
    lost = deviceLost();
    // It may come while nothing is timed.
    lost.catch(() => {});
    return { type: "opened", about };
  }
  if (bench === undefined) throw new Error("bench: expected a contender to be opened first, got none");
  return Promise.race([time(bench[question.work], question.repeats), lost]);
}

async function open({ backend, whose, batch }: WebContender): Promise<string> {
  const { ours, stock } = webBackends[backend]!;
  const values = initialWeights(lessonNet, SEED);
  const source = random.seeded(SEED);
  const pictures = source.uniform(batch * 32 * 32, 0, 1);
  const labels = Int32Array.from({ length: batch }, (_, i) => (7 * i) % 10);
  if (whose === "stock") {
    const name = await stock();
    bench = (await import("./stock-net.ts")).stockBench(values, pictures, labels);
    return `tfjs-backend-${name} ${tf.version_core}`;
  }
  const { description, threads } = await useBackend(await ours());
  bench = (await import("./our-net.ts")).ourBench(values, pictures, labels);
  return `${description}, threads: ${threads}`;
}

/** Times runs, each until its loss can be read. */
async function time(run: Bench[WebWork], repeats: number): Promise<WebAnswer> {
  const timesMs: number[] = [];
  let loss = NaN;
  for (let i = 0; i < repeats; i++) {
    const startMs = performance.now();
    const mean = run();
    loss = (await mean.data())[0]!;
    timesMs.push(performance.now() - startMs);
    mean.dispose();
  }
  return { type: "ran", timesMs, loss };
}
