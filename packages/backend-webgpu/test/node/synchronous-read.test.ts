import { SynchronousReadError } from "@camada/backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

describe("WebGPU in Node", () => {
  it("refuses to read at once what the device has computed, and reads what it has not", async () => {
    const x = tf.tensor1d([1, 2]);
    expect(Array.from(x.dataSync())).toEqual([1, 2]);
    const y = tf.square(x);
    expect(() => y.dataSync()).toThrow(SynchronousReadError);
    expect(Array.from(await y.data())).toEqual([1, 4]);
    expect(Array.from(y.dataSync())).toEqual([1, 4]);
    tf.dispose([x, y]);
  });

  it("leaves no navigator behind by which other libraries would take Node for a browser", () => {
    expect((globalThis.navigator as { readonly gpu?: unknown } | undefined)?.gpu).toBeUndefined();
  });
});
