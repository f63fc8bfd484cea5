import { predictMode } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "./batch.ts";
import { travellingBatches, type BatchSource } from "./batch-source.ts";
import type { Loader, Loss, Net } from "./contracts.ts";
import { TrainingOptionError } from "./errors.ts";
import { turnEventLoop } from "./event-loop.ts";
import { MeasuredPass } from "./measured-pass.ts";
import { defaultMetrics, Gauge, type DefaultMetrics, type Measurement, type Metrics } from "./measurement.ts";
import { PendingReadings } from "./pending-readings.ts";

/** What can be evaluated: only the forward pass is needed. */
export type Predictor = Pick<Net, "forward">;

/** Options of {@link evaluate}. */
export interface EvaluateOptions<M extends Metrics> {
  /** What is measured besides the loss; accuracy. */
  readonly metrics?: M | undefined;
  /** Ends the evaluation between two batches: it then throws the signal's reason. */
  readonly signal?: AbortSignalLike | undefined;
}

/** What is used of an `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

/**
 * Mean loss and metrics of a net over a loader, in prediction mode, from the loader's position to the end of its epoch.
 *
 * The loader is put back where it was, so that every evaluation sees the same batches.
 * @throws {TrainingOptionError} for a loader without batches, or one that does not fit the loss.
 */
export async function evaluate<M extends Metrics = DefaultMetrics>(
  net: Predictor,
  loss: Loss,
  loader: Loader<Batch>,
  options: EvaluateOptions<M> = {},
): Promise<Measurement<M>> {
  const { metrics, signal } = options;
  const source = travellingBatches(loader, "one evaluation alone");
  return new Evaluation({ net, loss, loader, source, metrics }).run(signal);
}

/** What an {@link Evaluation} is made of. */
interface EvaluationParts<M extends Metrics> {
  readonly net: Predictor;
  readonly loss: Loss;
  readonly loader: Loader<Batch>;
  readonly source: BatchSource;
  readonly metrics?: M | undefined;
  /** Samples of a full batch: the passes over such batches are compiled. None: no pass is. */
  readonly fullBatch?: number | undefined;
  /** Figures come back after so many batches; 1. */
  readonly readEvery?: number | undefined;
}

/** Evaluations of a net over one loader, as often as is asked for. */
export class Evaluation<M extends Metrics> {
  readonly #loader: Loader<Batch>;
  readonly #source: BatchSource;
  readonly #readEvery: number;
  readonly #gauge: Gauge<M>;
  readonly #pass: MeasuredPass;

  constructor(parts: EvaluationParts<M>) {
    const { net, loss, loader, source, metrics, fullBatch, readEvery = 1 } = parts;
    const gauge = new Gauge("evaluate", metrics ?? (defaultMetrics() as unknown as M));
    this.#loader = loader;
    this.#source = source;
    this.#readEvery = readEvery;
    this.#gauge = gauge;
    this.#pass = new MeasuredPass({
      source,
      fullBatch,
      pass: (...sent) =>
        tf.tidy(() => {
          const { inputs, labels } = source.tensors(sent);
          const outputs = predictMode(() => net.forward(inputs));
          return gauge.measure("evaluate", { outputs, labels, losses: loss.forward(outputs, labels) });
        }),
    });
  }

  /** {@link evaluate} */
  async run(signal?: AbortSignalLike): Promise<Measurement<M>> {
    const meter = this.#gauge.meter();
    const pending = new PendingReadings<object>();
    const read = async (): Promise<void> => {
      for (const { values, sizes, samples, indices } of await pending.read())
        meter.add(values, sizes, samples, indices);
    };
    const start = this.#loader.state?.();
    const batches = this.#source.batches();
    try {
      for (let { batch } = await batches.take(); batch !== undefined; { batch } = await batches.take()) {
        pending.add(this.#pass.run(batch), batch, {});
        batches.prefetch();
        if (pending.length >= this.#readEvery) await read();
        await turnEventLoop();
        if (signal?.aborted === true) throw signal.reason;
      }
      await read();
    } finally {
      pending.dispose();
      await batches.close(start);
    }
    if (meter.samples === 0) throw new TrainingOptionError("evaluate", "a loader with samples", "none");
    return meter.measurement();
  }

  /** Frees what the backend keeps for replays. */
  dispose(): void {
    this.#pass.dispose();
  }
}
