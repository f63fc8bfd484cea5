import { cuda } from "@camada/backend-cuda";
import { SoftmaxCrossEntropyLoss } from "@camada/layers";
import { Trainer } from "@camada/optimizers";
import { compile, record, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { lessonNet } from "../net/description.ts";
import { initialWeights } from "../net/initial-weights.ts";
import { buildNet } from "../workers/build-net.ts";

const BATCH = 128;
/** By then everything is there that a step needs. */
const SETTLED = 10;
/** The device is waited for now and then, so that no queue grows. */
const READ_EVERY = 100;

/** What must not grow. */
interface Held {
  readonly tensors: number;
  readonly inUseBytes: number;
  readonly cachedBytes: number;
}

/**
 * Trains the lesson's net by compiled steps and compares what is held after the first ones with what is held at the end.
 * @returns whether it is the same.
 */
export async function checkMemory(steps: number): Promise<boolean> {
  const info = await useBackend(cuda());
  const net = buildNet(lessonNet, initialWeights(lessonNet, 1));
  const trainer = new Trainer(net.structuralParams(), "sgd", { learningRate: 0.01, momentum: 0.9 });
  const loss = new SoftmaxCrossEntropyLoss();
  const pass = compile((x: tf.Tensor, y: tf.Tensor) =>
    tf.tidy(() => {
      const { value, backward } = record(() => loss.forward(net.forward(x), y));
      backward();
      return tf.mean(value);
    }),
  );
  const images = tf.randomUniform([BATCH, ...lessonNet.inputShape], 0, 1, "float32", 1);
  const labels = tf.tensor1d(
    Int32Array.from({ length: BATCH }, (_, i) => i % 10),
    "int32",
  );
  const held = (): Held => {
    const { inUseBytes, cachedBytes } = info.memory!();
    return { tensors: tf.memory().numTensors, inUseBytes, cachedBytes };
  };
  let settled: Held | undefined;
  for (let step = 1; step <= steps + SETTLED; step++) {
    const mean = pass(images, labels);
    trainer.step(BATCH);
    if (step % READ_EVERY === 0) await mean.data();
    mean.dispose();
    if (step === SETTLED) settled = held();
  }
  const last = held();
  const isFlat = JSON.stringify(last) === JSON.stringify(settled);
  const { refusal } = pass;
  console.log(`after ${SETTLED} steps ${JSON.stringify(settled)}, after ${steps} more ${JSON.stringify(last)}`);
  if (refusal !== undefined) console.log(`not replayed: ${refusal}`);
  pass.dispose();
  tf.dispose([images, labels]);
  trainer.dispose();
  net.dispose();
  return isFlat && refusal === undefined;
}
