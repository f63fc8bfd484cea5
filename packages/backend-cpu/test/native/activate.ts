/** `activate.ts <options as JSON>`: activates the native engine in a process of its own and prints what came of it. */
import { cpu, type CpuOptions } from "@camada/backend-cpu";
import * as tf from "@tensorflow/tfjs-core";

const options = JSON.parse(process.argv[2] ?? "{}") as CpuOptions;

function describe(error: unknown): { name: string; message: string } {
  const { name, message } = error as Error;
  return { name, message };
}

try {
  await cpu({ engine: "native", ...options }).activate();
  const results = [2 ** 36, 2 ** 42, 2 ** 50].map((size) => {
    try {
      const tensor = tf.tidy(() => tf.fill([size], 1));
      tensor.dispose();
      return "done";
    } catch (error) {
      return (error as Error).name;
    }
  });
  console.log(JSON.stringify({ results, sum: tf.tidy(() => tf.sum(tf.ones([10])).dataSync()[0]) }));
} catch (error) {
  console.log(JSON.stringify({ ...describe(error), cause: describe((error as Error).cause) }));
}
