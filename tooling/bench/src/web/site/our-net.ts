import { SoftmaxCrossEntropyLoss } from "@camada/layers";
import { Trainer } from "@camada/optimizers";
import { record } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { lessonNet } from "../../net/description.ts";
import { buildNet } from "../../workers/build-net.ts";
import type { Bench } from "./bench.ts";

/** The lesson's net as one writes it with this project. */
export function ourBench(values: Float32Array, pictures: Float32Array, labels: Int32Array): Bench {
  const batch = labels.length;
  const net = buildNet(lessonNet, values);
  const trainer = new Trainer(net.structuralParams(), "sgd", { learningRate: 0.01, momentum: 0.9 });
  const loss = new SoftmaxCrossEntropyLoss();
  const losses = (): tf.Tensor => {
    const x = tf.tensor4d(pictures, [batch, 1, 32, 32]);
    return loss.forward(net.forward(x), tf.tensor1d(labels, "int32"));
  };
  return {
    forward: () => tf.tidy(() => tf.mean(losses())),
    step: () =>
      tf.tidy(() => {
        const recording = record(losses);
        recording.backward();
        trainer.step(batch);
        return tf.mean(recording.value);
      }),
  };
}
