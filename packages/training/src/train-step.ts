import { predictMode, record } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { sampleCount, type Batch } from "./batch.ts";
import { travellingBatches, type BatchSource } from "./batch-source.ts";
import type { Loss, Net, Stepper } from "./contracts.ts";
import { defaultMetrics, Gauge, type DefaultMetrics, type Measurement, type Metrics } from "./measurement.ts";
import { MeasuredPass } from "./measured-pass.ts";

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
  const source = travellingBatches([batch], "one step alone");
  const { values, sizes } = trainingPass({ op: "trainStep", net, loss, gauge, source }).run(batch);
  const read = await readValues(values);
  if (Number.isFinite(read[0])) trainer.step(batchSize);
  const meter = gauge.meter();
  meter.add(read, sizes, sampleCount(batch), batch.indices);
  return meter.measurement();
}

/** Reads values back and frees them. */
async function readValues(values: tf.Tensor1D): Promise<Float32Array> {
  try {
    return await values.data<"float32">();
  } finally {
    values.dispose();
  }
}

/** What {@link trainingPass} is made of. */
export interface PassParts<M extends Metrics> {
  readonly op: string;
  readonly net: Net;
  readonly loss: Loss;
  readonly gauge: Gauge<M>;
  readonly source: BatchSource;
  readonly fullBatch?: number | undefined;
}

/**
 * Forward and backward passes over batches: gradients are left in the parameters, figures are returned. The update is
 * left to the caller: its learning rate changes from step to step.
 */
export function trainingPass<M extends Metrics>(parts: PassParts<M>): MeasuredPass {
  const { op, net, loss, gauge, source, fullBatch } = parts;
  let isInitialized = false;
  return new MeasuredPass({
    source,
    fullBatch,
    prepare(sent) {
      if (!isInitialized) initialize(net, () => source.tensors(sent).inputs);
      isInitialized = true;
    },
    pass: (...sent) =>
      tf.tidy(() => {
        const { inputs, labels } = source.tensors(sent);
        const recording = record(() => {
          const outputs = net.forward(inputs);
          return [loss.forward(outputs, labels), outputs] as const;
        });
        recording.backward();
        const [losses, outputs] = recording.value;
        return gauge.measure(op, { outputs, labels, losses });
      }),
  });
}

/**
 * Gives parameters whose shapes depend on the input their values, all of them before the first number that a training
 * pass draws, and outside the pass, which may be compiled. One sample will do.
 */
function initialize(net: Net, inputs: () => tf.Tensor): void {
  if ([...net.structuralParams().values()].every((parameter) => parameter.isInitialized)) return;
  tf.tidy(() => predictMode(() => net.forward(tf.slice(inputs(), 0, 1))));
}
