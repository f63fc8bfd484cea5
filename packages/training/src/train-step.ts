import { compile, predictMode, record } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { batchTensors, sampleCount, type Batch } from "./batch.ts";
import type { Loss, Net, Stepper } from "./contracts.ts";
import {
  defaultMetrics,
  Gauge,
  type DefaultMetrics,
  type Measurement,
  type Metrics,
  type Reading,
} from "./measurement.ts";

/** Options of {@link trainStep}. */
export interface TrainStepOptions<M extends Metrics> {
  /** What is measured besides the loss; accuracy. */
  readonly metrics?: M | undefined;
  /** What the gradients are divided by; the number of samples in the batch. */
  readonly batchSize?: number | undefined;
}

/**
 * One step: forward, loss, backward, update. Figures are those before the update.
 *
 * Where the loss is not finite nothing is updated: look at `loss` of the result.
 * @throws {TrainingOptionError} when the batch or the loss does not fit.
 */
export async function trainStep<M extends Metrics = DefaultMetrics>(
  net: Net,
  loss: Loss,
  trainer: Stepper,
  batch: Batch,
  { metrics = defaultMetrics() as unknown as M, batchSize = sampleCount(batch) }: TrainStepOptions<M> = {},
): Promise<Measurement<M>> {
  const gauge = new Gauge("trainStep", metrics);
  const { values, sizes } = new ForwardBackward("trainStep", net, loss, gauge).run(batch);
  const read = await readValues(values);
  if (Number.isFinite(read[0])) trainer.step(batchSize);
  const meter = gauge.meter();
  meter.add(read, sizes, sampleCount(batch), batch.indices);
  return meter.measurement();
}

/** Reads values back and frees them. */
export async function readValues(values: tf.Tensor1D): Promise<Float32Array> {
  try {
    return await values.data<"float32">();
  } finally {
    values.dispose();
  }
}

type Pass = (inputs: tf.Tensor, labels: tf.Tensor) => Reading;

/** Forward and backward passes over batches: gradients are left in the parameters, figures are returned. */
export class ForwardBackward<M extends Metrics> {
  readonly #op: string;
  readonly #net: Net;
  readonly #loss: Loss;
  readonly #gauge: Gauge<M>;
  readonly #fullBatch: number | undefined;
  #fixed: { readonly shapes: string; readonly pass: Pass } | undefined;

  /** @param fullBatch samples of a full batch: the passes over such batches are compiled. None: no pass is. */
  constructor(op: string, net: Net, loss: Loss, gauge: Gauge<M>, fullBatch?: number) {
    this.#op = op;
    this.#net = net;
    this.#loss = loss;
    this.#gauge = gauge;
    this.#fullBatch = fullBatch;
  }

  /** The caller frees the values. The update is left to the caller: its learning rate changes from step to step. */
  run(batch: Batch): Reading {
    return tf.tidy(() => {
      const { inputs, labels } = batchTensors(batch);
      initialize(this.#net, inputs);
      const shapes = `${inputs.shape.join()}:${labels.shape.join()}`;
      if (this.#fixed === undefined && sampleCount(batch) === this.#fullBatch) {
        this.#fixed = { shapes, pass: compile(this.#pass) };
      }
      return (this.#fixed?.shapes === shapes ? this.#fixed.pass : this.#pass)(inputs, labels);
    });
  }

  readonly #pass: Pass = (inputs, labels) =>
    tf.tidy(() => {
      const recording = record(() => {
        const outputs = this.#net.forward(inputs);
        return [this.#loss.forward(outputs, labels), outputs] as const;
      });
      recording.backward();
      const [losses, outputs] = recording.value;
      return this.#gauge.measure(this.#op, { outputs, labels, losses });
    });
}

/**
 * Gives parameters whose shapes depend on the input their values, all of them before the first number that a training
 * pass draws, and outside the pass, which may be compiled. One sample will do.
 */
function initialize(net: Net, inputs: tf.Tensor): void {
  if ([...net.structuralParams().values()].every((parameter) => parameter.isInitialized)) return;
  tf.tidy(() => predictMode(() => net.forward(tf.slice(inputs, 0, 1))));
}
