import { SoftmaxCrossEntropyLoss } from "@camada/layers";
import { Trainer } from "@camada/optimizers";
import { record } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { TrainJob } from "../process/protocol.ts";
import type { ReadyJob } from "../process/serve.ts";
import { activate } from "./backends.ts";
import { buildNet } from "./build-net.ts";
import { bytesOf } from "./job-files.ts";

/**
 * Training steps through the public interface, as a program of one's own would do them. With the option `forwardOnly`
 * nothing is learned: for backends that cannot train.
 */
export async function openTraining(job: TrainJob): Promise<ReadyJob> {
  const about = await activate(job.options);
  const { net: description, batch, batches, learningRate, momentum } = job;
  const images = new Float32Array(await bytesOf(job.files.images));
  const labels = new Int32Array(await bytesOf(job.files.labels));
  const net = buildNet(description, new Float32Array(await bytesOf(job.files.weights)));
  const trainer = new Trainer(net.structuralParams(), "sgd", { learningRate, momentum });
  const loss = new SoftmaxCrossEntropyLoss();
  const [c, h, w] = description.inputShape;
  const size = batch * c * h * w;
  let steps = 0;
  return {
    about,
    async run() {
      const i = steps++ % batches;
      const mean = tf.tidy(() => {
        const x = tf.tensor4d(images.subarray(i * size, (i + 1) * size), [batch, c, h, w]);
        const y = tf.tensor1d(labels.subarray(i * batch, (i + 1) * batch), "int32");
        if (job.options["forwardOnly"] === true) return tf.mean(loss.forward(net.forward(x), y));
        const recording = record(() => loss.forward(net.forward(x), y));
        recording.backward();
        trainer.step(batch);
        return tf.mean(recording.value);
      });
      const [value] = await mean.data<"float32">();
      mean.dispose();
      return value;
    },
    dispose() {
      trainer.dispose();
      net.dispose();
    },
  };
}
