import { sizeOf } from "@camada/conv-math";
import { SoftmaxCrossEntropyLoss } from "@camada/layers";
import { Trainer } from "@camada/optimizers";
import { compile, record, ResidentImages } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { TrainJob } from "../process/protocol.ts";
import type { ReadyJob } from "../process/serve.ts";
import { activate } from "./backends.ts";
import { buildNet } from "./build-net.ts";
import { bytesOf } from "./job-files.ts";

/**
 * Training steps on pictures that lie on the device as bytes: of a batch only the numbers of its pictures travel. A run
 * is `steps` of them, of which the losses stay on the device until its end; its result is their mean.
 */
export async function openResidentTraining(job: TrainJob): Promise<ReadyJob> {
  const { steps, compiled: isCompiled, ...options } = job.options;
  const about = await activate(options);
  const { net: description, batch, batches, learningRate, momentum } = job;
  const pixels = new Float32Array(await bytesOf(job.files.images));
  const labels = new Int32Array(await bytesOf(job.files.labels));
  const net = buildNet(description, new Float32Array(await bytesOf(job.files.weights)));
  const trainer = new Trainer(net.structuralParams(), "sgd", { learningRate, momentum });
  const loss = new SoftmaxCrossEntropyLoss();
  const images = new ResidentImages({
    data: Uint8Array.from(pixels, (value) => Math.round(255 * value)),
    shape: [pixels.length / sizeOf(description.inputShape), ...description.inputShape],
    divisor: 255,
  });
  const classes = tf.tensor1d(labels, "int32");
  const pass = (indices: tf.Tensor1D): tf.Tensor =>
    tf.tidy(() => {
      const [x, y] = [images.batch(indices), tf.gather(classes, indices)];
      const recording = record(() => loss.forward(net.forward(x), y));
      recording.backward();
      return tf.mean(recording.value);
    });
  const compiled = compile(pass);
  let at = 0;
  return {
    about: `${about}; ${isCompiled === true ? "compiled" : "eager"}`,
    async run() {
      const losses = Array.from({ length: Number(steps) }, () => {
        const first = (at++ % batches) * batch;
        const indices = tf.tensor1d(
          Int32Array.from({ length: batch }, (_, i) => first + i),
          "int32",
        );
        const mean = (isCompiled === true ? compiled : pass)(indices);
        indices.dispose();
        trainer.step(batch);
        return mean;
      });
      if (isCompiled === true && compiled.refusal !== undefined) throw new Error(`not replayed: ${compiled.refusal}`);
      const mean = tf.tidy(() => tf.mean(tf.stack(losses)));
      tf.dispose(losses);
      const [value] = await mean.data<"float32">();
      mean.dispose();
      return value;
    },
    dispose() {
      compiled.dispose();
      images.dispose();
      classes.dispose();
      trainer.dispose();
      net.dispose();
    },
  };
}
