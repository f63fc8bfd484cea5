import { predictMode } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { batchTensors, sampleCount, type Batch } from "./batch.ts";
import type { Loader, Loss, Net } from "./contracts.ts";
import { TrainingOptionError } from "./errors.ts";
import { turnEventLoop } from "./event-loop.ts";
import { Lookahead } from "./lookahead.ts";
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
  { metrics = defaultMetrics() as unknown as M, signal }: EvaluateOptions<M> = {},
): Promise<Measurement<M>> {
  const gauge = new Gauge("evaluate", metrics);
  const meter = gauge.meter();
  const start = loader.state?.();
  const batches = new Lookahead(loader);
  try {
    for (let { batch } = await batches.take(); batch !== undefined; { batch } = await batches.take()) {
      const { values, sizes } = measure(net, loss, gauge, batch);
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

function measure<M extends Metrics>(net: Predictor, loss: Loss, gauge: Gauge<M>, batch: Batch): Reading {
  return tf.tidy(() => {
    const { inputs, labels } = batchTensors(batch);
    const outputs = predictMode(() => net.forward(inputs));
    return gauge.measure("evaluate", { outputs, labels, losses: loss.forward(outputs, labels) });
  });
}
