import { predictMode } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { sampleCount, type Batch, type IndexBatch } from "./batch.ts";
import { travellingBatches, type BatchSource } from "./batch-source.ts";
import type { Loader, Loss, Net } from "./contracts.ts";
import { TrainingOptionError } from "./errors.ts";
import { turnEventLoop } from "./event-loop.ts";
import {
  defaultMetrics,
  Gauge,
  type DefaultMetrics,
  type Measurement,
  type Metrics,
  type Reading,
} from "./measurement.ts";
import { readValues } from "./train-step.ts";

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
  return evaluateFrom(net, loss, loader, travellingBatches(loader, "one evaluation alone"), options);
}

/** {@link evaluate}, with the loader's batches from a source. */
export async function evaluateFrom<M extends Metrics>(
  net: Predictor,
  loss: Loss,
  loader: Loader<Batch>,
  source: BatchSource,
  { metrics = defaultMetrics() as unknown as M, signal }: EvaluateOptions<M>,
): Promise<Measurement<M>> {
  const gauge = new Gauge("evaluate", metrics);
  const meter = gauge.meter();
  const start = loader.state?.();
  const batches = source.batches();
  try {
    for (let { batch } = await batches.take(); batch !== undefined; { batch } = await batches.take()) {
      const { values, sizes } = measure(net, loss, gauge, source, batch);
      batches.prefetch();
      meter.add(await readValues(values), sizes, sampleCount(batch), batch.indices);
      await turnEventLoop();
      if (signal?.aborted === true) throw signal.reason;
    }
  } finally {
    await batches.close(start);
  }
  if (meter.samples === 0) throw new TrainingOptionError("evaluate", "a loader with samples", "none");
  return meter.measurement();
}

function measure<M extends Metrics>(
  net: Predictor,
  loss: Loss,
  gauge: Gauge<M>,
  source: BatchSource,
  batch: Batch | IndexBatch,
): Reading {
  return tf.tidy(() => {
    const { inputs, labels } = source.tensors(source.send(batch));
    const outputs = predictMode(() => net.forward(inputs));
    return gauge.measure("evaluate", { outputs, labels, losses: loss.forward(outputs, labels) });
  });
}
