import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";

it("a tensor that is disposed while it is read gives its elements all the same", async () => {
  const x = tf.square(tf.tensor1d([1, 2, 3]));
  const [one, two] = [x.data(), x.data()];
  x.dispose();
  expect(Array.from(await one)).toEqual([1, 4, 9]);
  expect(Array.from(await two)).toEqual([1, 4, 9]);
});
