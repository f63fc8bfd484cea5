import { GATHER_IMAGES } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { batchSource } from "../src/batch-source.ts";
import { train, TrainingOptionError, type ImageBatch, type IndexBatch, type Loader } from "../src/index.ts";
import { collect, epochs } from "./records.ts";
import { cleanUp, cleanups, small } from "./runs.ts";

afterEach(cleanUp);

const COUNT = 11;
const SHAPES = { NCHW: [COUNT, 2, 1, 2], NHWC: [COUNT, 1, 2, 2] } as const;

/** A loader of rows of bytes; `indexBatches` notes that it was used. */
function rowLoader(
  layout: "NCHW" | "NHWC",
  used: string[] = [],
): Loader<ImageBatch> & { readonly samples: ImageBatch } {
  const data = Uint8Array.from({ length: COUNT * 4 }, (_, i) => (i * 37) % 256);
  const normalization = { mean: [0.2, 0.4], std: [0.3, 0.7] };
  const labels = Int32Array.from({ length: COUNT }, (_, i) => i % 3);
  const whole = { images: { data, shape: SHAPES[layout], layout, divisor: 255, normalization }, labels };
  const picks = [
    [3, 0, 7, 10],
    [1, 2, 9, 4],
    [5, 8, 6],
  ].map((places) => Int32Array.from(places));
  const batches = picks.map((indices): ImageBatch => {
    const rows = Uint8Array.from([...indices].flatMap((row) => [...data.subarray(4 * row, 4 * row + 4)]));
    const [, ...image] = SHAPES[layout];
    const images = { ...whole.images, data: rows, shape: [indices.length, ...image] as const };
    return { images, labels: indices.map((row) => labels[row]!), indices };
  });
  return {
    length: 3,
    batchSize: 4,
    samples: whole,
    *[Symbol.iterator]() {
      used.push("batches");
      yield* batches;
    },
    async *indexBatches(): AsyncGenerator<IndexBatch> {
      used.push("places");
      for (const indices of picks) yield { indices };
    },
  };
}

/** Stands in for the gather of bytes, where the backend has none: it has to be there for samples to stay. */
function withGather(): void {
  const backendName = tf.getBackend();
  if (tf.getKernel(GATHER_IMAGES, backendName) !== undefined) return;
  tf.registerKernel({
    kernelName: GATHER_IMAGES,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { images, indices } = inputs as { images: tf.Tensor; indices: tf.Tensor };
      const [bytes, places] = [images.dataSync(), indices.dataSync()];
      const size = images.size / images.shape[0]!;
      const rows = Array.from(places, (place) => [...bytes.subarray(place * size, (place + 1) * size)]);
      const values = Float32Array.from(rows.flat(), (byte) => byte / (attrs!["divisor"] as number));
      return tf.tensor(values, [places.length, ...images.shape.slice(1)]);
    },
  });
  cleanups.push(() => tf.unregisterKernel(GATHER_IMAGES, backendName));
}

describe("batchSource", () => {
  it.each(["NCHW", "NHWC"] as const)("gives the same tensors from places alone, %s", async (layout) => {
    withGather();
    const used: string[] = [];
    const source = batchSource(rowLoader(layout, used), 1000);
    cleanups.push(() => source.dispose());
    expect(source.refusal).toBeUndefined();
    const travelling = batchSource(rowLoader(layout, used), 0);
    expect(travelling.refusal).toBe("44 bytes are above the limit of 0");
    const [places, whole] = [source.batches(), travelling.batches()];
    for (let i = 0; i < 3; i++) {
      const tensors = [source, travelling].map(async (from, k) => {
        const { batch } = await (k === 0 ? places : whole).take();
        return tf.tidy(() => {
          const { inputs, labels } = from.tensors(from.send(batch!));
          return [inputs.shape, [...inputs.dataSync()], labels.dtype, [...labels.dataSync()]];
        });
      });
      const [gathered, sent] = await Promise.all(tensors);
      expect(gathered).toEqual(sent);
    }
    expect(used).toEqual(["places", "batches"]);
  });

  it("frees what it put on the device", () => {
    withGather();
    const { numTensors } = tf.memory();
    const source = batchSource(rowLoader("NCHW"), 1000);
    expect(tf.memory().numTensors).toBe(numTensors + 2);
    source.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it("says why batches travel", () => {
    withGather();
    const loader = rowLoader("NCHW");
    const { samples: _, ...without } = loader;
    expect(batchSource(without, 1000).refusal).toBe("the loader's batches are no rows of one array");
    const floats = { ...loader.samples, images: { ...loader.samples.images, data: new Float32Array(44) } };
    expect(batchSource({ ...loader, samples: floats }, 1000).refusal).toBe("the samples are no bytes");
    const short = { ...loader.samples, images: { ...loader.samples.images, data: new Uint8Array(43) } };
    expect(batchSource({ ...loader, samples: short }, 1000).refusal).toMatch(
      /^the device would not take them: ShapeError/,
    );
    for (const cleanup of cleanups.splice(0)) cleanup();
    if (tf.getKernel(GATHER_IMAGES, tf.getBackend()) === undefined) {
      expect(batchSource(loader, 1000).refusal).toBe("the backend does not gather images");
    }
  });
});

describe("train", () => {
  /** A net for images in place of vectors. */
  function imageRun() {
    const { net, ...parts } = small();
    const forward = (x: tf.Tensor) => net.forward(tf.reshape(x, [x.shape[0]!, -1]));
    const { structuralParams, state, loadState } = net;
    const bound = { structuralParams, state, loadState };
    for (const name of Object.keys(bound) as (keyof typeof bound)[]) bound[name] = bound[name].bind(net) as never;
    return { ...parts, net: { forward, ...bound } };
  }

  it("trains on places as on batches, bit for bit, and evaluates alike", async () => {
    withGather();
    const results = [];
    for (const residentLimitBytes of [0, 1000]) {
      const used: string[] = [];
      const parts = imageRun();
      const run = train({
        ...parts,
        trainLoader: rowLoader("NCHW", used),
        testLoader: rowLoader("NCHW", used),
        epochs: 2,
        residentLimitBytes,
      });
      const rows = epochs(await collect(run)).map(({ train: figures, test }) => ({ figures, test }));
      expect(run.residentRefusal === undefined).toBe(residentLimitBytes > 0);
      expect(new Set(used)).toEqual(new Set([residentLimitBytes > 0 ? "places" : "batches"]));
      results.push({ rows, weights: parts.net.state() });
    }
    expect(results[1]).toEqual(results[0]);
  });

  it("frees the samples at its end", async () => {
    withGather();
    const { testLoader: _, ...parts } = imageRun();
    let during = 0;
    for await (const { type } of train({
      ...parts,
      trainLoader: rowLoader("NCHW"),
      epochs: 1,
      residentLimitBytes: 1000,
    })) {
      if (type === "epoch") during = tf.memory().numTensors;
    }
    expect(tf.memory().numTensors).toBe(during - 2);
  });

  it.each([-1, NaN])("refuses a limit of %s bytes", (residentLimitBytes) => {
    expect(() => train({ ...small(), epochs: 1, residentLimitBytes })).toThrow(TrainingOptionError);
  });
});
