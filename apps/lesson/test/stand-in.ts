import type { OpenedDataset } from "@camada/datasets";
import { Conv2D, Dense, Flatten, Sequential } from "@camada/layers";
import { random } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { embeddedData } from "./context.ts";

/** A network of the lesson's kind, small enough for plain JavaScript, always with the same first weights. */
export function smallNet(): Sequential {
  const net = new Sequential();
  net.add(new Conv2D(2, { kernelSize: 5, strides: 7, activation: "tanh" }), new Flatten(), new Dense(10));
  const source = random.mxnet(1);
  net.initialize({ values: (shape) => source.normal(tf.util.sizeFromShape([...shape]), 0, 0.1) });
  return net;
}

/** The first pictures of the embedded data. */
export async function fewPictures(train: number, test: number): Promise<OpenedDataset> {
  const data = await embeddedData();
  return { ...data, train: data.train.take(train), test: data.test.take(test) };
}

/** Tensors that something leaves behind. */
export async function leakedTensors(run: () => Promise<unknown>): Promise<number> {
  const before = tf.memory().numTensors;
  await run();
  return tf.memory().numTensors - before;
}
