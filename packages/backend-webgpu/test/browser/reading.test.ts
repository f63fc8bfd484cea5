import { SGD_UPDATE } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

/** Normal numbers of float32 whose four bytes are all different from one to the next. */
function numbers(count: number): Float32Array {
  const words = Int32Array.from({ length: count }, (_, i) => {
    const word = Math.imul(i + 1, 0x9e3779b1);
    // Exponents of 0 and 255 are denormal and no numbers, which a device need not keep.
    const exponent = 1 + ((word >>> 9) % 254);
    return (word & 0x807fffff) | (exponent << 23);
  });
  return new Float32Array(words.buffer);
}

describe("a read at once", () => {
  it.each([1, 127, 128, 129, 5000, 300_000])(
    "gives every byte of %i numbers as an asynchronous one does",
    async (count) => {
      const x = tf.tensor1d(numbers(count + 1));
      const [one, two] = [tf.slice(x, [1]), tf.slice(x, [1])];
      const [now, later, exact] = [one.dataSync(), await two.data(), numbers(count + 1).subarray(1)];
      expect(now).toHaveLength(count);
      // Not `toEqual`, which takes minutes to say where so many differ.
      expect(now.findIndex((value, i) => value !== exact[i])).toBe(-1);
      expect(later.findIndex((value, i) => value !== exact[i])).toBe(-1);
      tf.dispose([x, one, two]);
    },
  );

  it("follows a tensor that an optimizer changes in place", async () => {
    const weight = tf.variable(tf.zeros([2]));
    const gradient = tf.square(tf.tensor1d([1, 2]));
    const step = () => {
      const attrs = { count: 1, momentum: 0, rescale: 1, clip: 0, learningRates: [0.5], wds: [0] };
      tf.engine().runKernel(SGD_UPDATE, { weight0: weight, gradient0: gradient }, attrs as unknown as tf.NamedAttrMap);
    };
    expect(Array.from(weight.dataSync())).toEqual([0, 0]);
    step();
    expect(Array.from(weight.dataSync())).toEqual([-0.5, -2]);
    const before = weight.data();
    step();
    expect(Array.from(weight.dataSync())).toEqual([-1, -4]);
    expect(Array.from(await before)).toEqual([-0.5, -2]);
    expect(Array.from(weight.dataSync())).toEqual([-1, -4]);
    tf.dispose([weight, gradient]);
  });
});
