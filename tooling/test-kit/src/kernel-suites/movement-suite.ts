import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { RandomCase, sizeOf } from "../random-case.ts";
import { differenceFrom, tensorOf, valuesOf, type KernelEngine, type KernelValues } from "./kernel-engine.ts";
import { differencesOf, moved, MOVEMENTS, randomMovedShape, randomValues, type Source } from "./movements.ts";

/** 0, 1, 2, ... */
const counted = (...shape: number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
    shape,
  );

/** What moves elements must put every one where it belongs. */
export function describeMovements(engine: KernelEngine): void {
  const { name: engineName, cases } = engine;

  /** Over random cases, that none finds something wrong. */
  const expectNoDifferences = (stream: string, look: (random: RandomCase) => string[]): void => {
    const differences: string[] = [];
    for (let index = 0; index < cases; index++) {
      differences.push(...engine.inside(() => look(new RandomCase(stream, index))));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  };

  describe.each(Object.entries(MOVEMENTS))(`%s on ${engineName}`, (name, make) => {
    it(`moves every element of ${cases} random tensors where it belongs`, () => {
      expectNoDifferences(name, (random) => {
        const shape = randomMovedShape(random);
        const x = randomValues(random, shape);
        return differencesOf(make(random, shape), x);
      });
    });
  });

  describe(`gather on ${engineName}`, () => {
    it("takes picks of a batch each from its own", () => {
      const y = engine.inside(() =>
        valuesOf(tf.gather(counted(2, 3, 4), tf.tensor2d([2, 0, 1, 1], [2, 2], "int32"), 1, 1)),
      );
      const data = [8, 9, 10, 11, 0, 1, 2, 3, 16, 17, 18, 19, 16, 17, 18, 19];
      expect(differenceFrom("batch", y, { shape: [2, 2, 4], data })).toEqual([]);
    });

    it("names an index that is out of range", () => {
      const pick = () => engine.inside(() => tf.gather(tf.tensor1d([1, 2, 3]), tf.tensor1d([0, 3], "int32")));
      expect(pick).toThrow(/index value 3/);
    });
  });

  describe(`concat, stack, split, one-hot, segment and other sums on ${engineName}`, () => {
    it(`concatenates, stacks and splits ${cases} random tensors without a change`, () => {
      expectNoDifferences("concat", (random) => {
        const shape = randomMovedShape(random);
        const x = randomValues(random, shape);
        const axis = random.between(0, shape.length - 1);
        const cuts: number[] = [];
        for (let left = shape[axis]!; left > 0; left -= cuts.at(-1)!) cuts.push(random.between(1, left));
        const begins = cuts.map((_, at) => cuts.slice(0, at).reduce((sum, cut) => sum + cut, 0));
        const label = `[${shape.join()}] along ${axis} in [${cuts.join()}]`;
        const parts = tf.split(tensorOf(x), cuts, axis);
        const restacked = shape.length < 6 ? tf.stack(tf.unstack(tensorOf(x), axis), axis) : tensorOf(x);
        return [
          ...parts.flatMap((part, at) => {
            const partShape = shape.map((extent, i) => (i === axis ? cuts[at]! : extent));
            const source: Source = (place) => ({ from: place.map((p, i) => (i === axis ? p + begins[at]! : p)) });
            return differenceFrom(label, valuesOf(part), moved({ shape: partShape, source }, x));
          }),
          ...differenceFrom(`whole ${label}`, valuesOf(tf.concat(parts, axis)), x),
          ...differenceFrom(`stacked ${label}`, valuesOf(restacked), x),
        ];
      });
    });

    it(`adds up ${cases} random sets of segments, and marks them`, () => {
      expectNoDifferences("segments", (random) => {
        const [rows, width, segments] = [random.extent(), random.extent(), random.between(2, 9)];
        // Whole numbers: their sums are exact in any order.
        const floats = random.floats(rows * width, 100).map(Math.round);
        const x: KernelValues = { shape: [rows, width], data: random.chance(0.5) ? floats : Int32Array.from(floats) };
        // Of no segment are those beside the range.
        const ids = random.ints(rows, -1, segments);
        const sums = new Float64Array(segments * width);
        floats.forEach((value, i) => {
          const id = ids[Math.floor(i / width)]!;
          if (id >= 0 && id < segments) sums[id * width + (i % width)]! += value;
        });
        const dtype = random.oneOf(["float32", "int32", "bool"] as const);
        const [on, off] = dtype === "bool" ? [1, 0] : [3, -1];
        const marks = Array.from({ length: rows * segments }, (_, i) =>
          ids[Math.floor(i / segments)] === i % segments ? on : off,
        );
        const given = tf.tensor1d(ids, "int32");
        const y = tf.unsortedSegmentSum(tensorOf(x) as tf.Tensor2D, given, segments);
        const hot = tf.oneHot(given, segments, on, off, dtype);
        const [summed, marked] = [
          { shape: [segments, width], data: sums },
          { shape: [rows, segments], data: marks },
        ];
        return [
          ...differenceFrom(`[${rows},${width}] in ${segments}`, valuesOf(y), summed),
          ...differenceFrom(`one-hot of ${rows} in ${segments}`, valuesOf(hot), marked),
        ];
      });
    });

    it.each([2, 3, 16, 17, 40])("adds up %i tensors", (count) => {
      const random = new RandomCase("add n", count);
      const terms = Array.from({ length: count }, () => random.ints(101, -1000, 1000));
      const data = Array.from({ length: 101 }, (_, i) => terms.reduce((sum, term) => sum + term[i]!, 0));
      for (const dtype of ["float32", "int32"] as const) {
        const y = engine.inside(() => valuesOf(tf.addN(terms.map((term) => tf.tensor1d(term, dtype)))));
        expect(differenceFrom(dtype, y, { shape: [101], data })).toEqual([]);
      }
    });

    it("rearranges depth to space as the formula says", () => {
      const y = engine.inside(() => valuesOf(tf.depthToSpace(counted(2, 2, 3, 8) as tf.Tensor4D, 2, "NHWC")));
      const data = Array.from({ length: 96 }, (_, i) => {
        const [c, w, h, n] = [i % 2, Math.floor(i / 2) % 6, Math.floor(i / 12) % 4, Math.floor(i / 48)];
        const place = ((n * 2 + (h >> 1)) * 3 + (w >> 1)) * 8;
        return place + ((h % 2) * 2 + (w % 2)) * 2 + c;
      });
      expect(differenceFrom("depth to space", y, { shape: [2, 4, 6, 2], data })).toEqual([]);
    });

    it.each<[string, (x: tf.Tensor2D) => tf.Tensor, number[]]>([
      ["transpose", (x) => tf.transpose(x), [3, 0]],
      // prettier-ignore
      ["pad", (x) => tf.pad(x, [[0, 0], [1, 1]]), [0, 5]],
      ["tile", (x) => tf.tile(x, [2, 2]), [0, 6]],
      ["concat", (x) => tf.concat([x, x], 0), [0, 3]],
    ])("moves nothing of tensors without elements: %s", (_, run, shape) => {
      expect(engine.inside(() => valuesOf(run(tf.zeros([0, 3])))).shape).toEqual(shape);
    });
  });
}
