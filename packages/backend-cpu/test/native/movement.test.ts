import { broadcastPlaces, CASES, RandomCase, randomShape, sizeOf } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { differenceFrom, setThreads, tensorOf, THREADS, type Values } from "./native-run.ts";

/** One element of a result: its place in a tensor, or a constant where that is undefined. */
type Source = (index: readonly number[]) => { readonly from?: readonly number[]; readonly value?: number };

/** A way to move elements, and where each element of the result comes from. */
interface Movement {
  readonly label: string;
  readonly run: (x: tf.Tensor) => tf.Tensor;
  readonly shape: readonly number[];
  readonly source: Source;
}

function valuesOf(random: RandomCase, shape: readonly number[]): Values {
  const count = sizeOf(shape);
  const type = random.oneOf(["float32", "float32", "int32", "bool"] as const);
  if (type === "float32") return { shape, data: random.floats(count) };
  if (type === "int32") return { shape, data: random.ints(count, -1000, 1000) };
  return { shape, data: Uint8Array.from(random.ints(count, 0, 1)) };
}

function expectedOf({ shape, source }: Movement, x: Values): Values {
  const data = x.data.slice(0, 0);
  const result = new (data.constructor as new (length: number) => typeof data)(sizeOf(shape));
  const index = shape.map(() => 0);
  for (let at = 0; at < result.length; at++) {
    const { from, value } = source(index);
    const place = from?.reduce((flat, position, axis) => flat * x.shape[axis]! + position, 0);
    result[at] = place === undefined ? value! : x.data[place]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return { shape, data: result };
}

function shuffled(random: RandomCase, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.between(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

const MOVEMENTS: Readonly<Record<string, (random: RandomCase, shape: readonly number[]) => Movement>> = {
  transpose(random, shape) {
    const perm = shuffled(random, shape.length);
    return {
      label: `[${shape.join()}] by [${perm.join()}]`,
      run: (x) => tf.transpose(x, perm),
      shape: perm.map((axis) => shape[axis]!),
      source: (index) => ({ from: shape.map((_, axis) => index[perm.indexOf(axis)]!) }),
    };
  },
  pad(random, shape) {
    const pads = shape.map((): [number, number] => [random.between(0, 3), random.between(0, 3)]);
    const isInside = (from: readonly number[]) => from.every((at, axis) => at >= 0 && at < shape[axis]!);
    return {
      label: `[${shape.join()}] by [${pads.join("; ")}]`,
      run: (x) => tf.pad(x, pads, 1),
      shape: shape.map((extent, axis) => extent + pads[axis]![0] + pads[axis]![1]),
      source(index) {
        const from = index.map((at, axis) => at - pads[axis]![0]);
        return isInside(from) ? { from } : { value: 1 };
      },
    };
  },
  mirrorPad(random, shape) {
    const mode = random.oneOf(["reflect", "symmetric"] as const);
    const edge = mode === "reflect" ? 1 : 0;
    const pads = shape.map((extent): [number, number] => {
      const most = Math.min(3, extent - edge);
      return [random.between(0, most), random.between(0, most)];
    });
    return {
      label: `[${shape.join()}] by [${pads.join("; ")}], ${mode}`,
      run: (x) => tf.mirrorPad(x, pads, mode),
      shape: shape.map((extent, axis) => extent + pads[axis]![0] + pads[axis]![1]),
      source: (index) => ({
        from: index.map((at, axis) => {
          const place = at - pads[axis]![0];
          const extent = shape[axis]!;
          if (place < 0) return -place - 1 + edge;
          return place < extent ? place : 2 * extent - 1 - edge - place;
        }),
      }),
    };
  },
  slice(random, shape) {
    const begin = shape.map((extent) => random.between(0, extent - 1));
    const size = shape.map((extent, axis) => random.between(1, extent - begin[axis]!));
    return {
      label: `[${shape.join()}] from [${begin.join()}], [${size.join()}]`,
      run: (x) => tf.slice(x, begin, size),
      shape: size,
      source: (index) => ({ from: index.map((at, axis) => at + begin[axis]!) }),
    };
  },
  stridedSlice(random, shape) {
    const strides = shape.map(() => random.oneOf([1, 2, 3, -1, -2]));
    const begin = shape.map((extent, axis) => (strides[axis]! > 0 ? random.between(0, extent - 1) : extent - 1));
    // Backwards an end before the first element has no number of its own: -extent - 1 is one.
    const end = shape.map((extent, axis) => (strides[axis]! > 0 ? extent : -extent - 1));
    return {
      label: `[${shape.join()}] from [${begin.join()}] by [${strides.join()}]`,
      run: (x) => tf.stridedSlice(x, begin, end, strides),
      shape: shape.map((extent, axis) =>
        Math.ceil((strides[axis]! > 0 ? extent - begin[axis]! : begin[axis]! + 1) / Math.abs(strides[axis]!)),
      ),
      source: (index) => ({ from: index.map((at, axis) => begin[axis]! + at * strides[axis]!) }),
    };
  },
  gather(random, shape) {
    const axis = random.between(0, shape.length - 1);
    const indices = [...random.ints(random.extent(), 0, shape[axis]! - 1)];
    return {
      label: `[${shape.join()}] along ${axis}, [${indices.join()}]`,
      run: (x) => tf.gather(x, tf.tensor1d(indices, "int32"), axis),
      shape: shape.map((extent, at) => (at === axis ? indices.length : extent)),
      source: (index) => ({ from: index.map((at, i) => (i === axis ? indices[at]! : at)) }),
    };
  },
  tile(random, shape) {
    const reps = shape.map(() => random.between(1, 3));
    return {
      label: `[${shape.join()}] by [${reps.join()}]`,
      run: (x) => tf.tile(x, reps),
      shape: shape.map((extent, axis) => extent * reps[axis]!),
      source: (index) => ({ from: index.map((at, axis) => at % shape[axis]!) }),
    };
  },
  reverse(random, shape) {
    const axes = shape.map((_, axis) => axis).filter(() => random.chance(0.5));
    // tfjs takes no axes for all axes.
    const reversed = axes.length === 0 ? [0] : axes;
    return {
      label: `[${shape.join()}] along [${reversed.join()}]`,
      run: (x) => tf.reverse(x, reversed),
      shape,
      source: (index) => ({ from: index.map((at, axis) => (reversed.includes(axis) ? shape[axis]! - 1 - at : at)) }),
    };
  },
  broadcastTo(random, shape) {
    const target = [...(random.chance(0.5) ? [random.between(1, 4)] : []), ...shape.map((extent) => extent)];
    const from = shape.map((extent) => (random.chance(0.4) ? 1 : extent));
    const places = broadcastPlaces(from, target);
    return {
      label: `[${from.join()}] to [${target.join()}]`,
      run: (x) =>
        tf.broadcastTo(
          tf.slice(
            x,
            from.map(() => 0),
            from,
          ),
          target,
        ),
      shape: target,
      source(index) {
        const at = index.reduce((flat, position, axis) => flat * target[axis]! + position, 0);
        let left = places[at]!;
        const place = from.toReversed().map((extent) => {
          const position = left % extent;
          left = (left - position) / extent;
          return position;
        });
        return { from: place.toReversed() };
      },
    };
  },
};

describe.each(Object.entries(MOVEMENTS))("%s on the native engine", (name, make) => {
  it(`moves every element of ${CASES} random tensors where it belongs`, () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(name, index);
      const shape = randomShape(random, 1);
      const x = valuesOf(random, shape);
      const movement = make(random, shape);
      tf.tidy(() => {
        const y = movement.run(tensorOf(x));
        const actual = { shape: y.shape, data: y.dataSync<"float32">() };
        differences.push(...differenceFrom(movement.label, actual, expectedOf(movement, x)));
      });
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it.each([
    [7, 300, 130],
    [64, 3, 5, 113],
  ])("does so at any number of threads for [%i, %i, %i, ...]", (...extents) => {
    const random = new RandomCase(`large ${name}`, 0);
    const shape = extents.filter((extent) => extent !== undefined);
    const x: Values = { shape, data: random.floats(sizeOf(shape)) };
    const movement = make(random, shape);
    const expected = expectedOf(movement, x);
    for (const count of THREADS) {
      setThreads(count);
      tf.tidy(() => {
        const y = movement.run(tensorOf(x));
        expect(differenceFrom(movement.label, { shape: y.shape, data: y.dataSync<"float32">() }, expected)).toEqual([]);
      });
    }
    setThreads(2);
  });
});

describe("concat, split, one-hot and segment sums on the native engine", () => {
  it(`concatenates and splits ${CASES} random tensors without a change`, () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("concat", index);
      const shape = randomShape(random, 1);
      const x = valuesOf(random, shape);
      const axis = random.between(0, shape.length - 1);
      const cuts: number[] = [];
      for (let left = shape[axis]!; left > 0; left -= cuts.at(-1)!) cuts.push(random.between(1, left));
      const begins = cuts.map((_, at) => cuts.slice(0, at).reduce((sum, cut) => sum + cut, 0));
      const label = `[${shape.join()}] along ${axis} in [${cuts.join()}]`;
      tf.tidy(() => {
        const parts = tf.split(tensorOf(x), cuts, axis);
        for (const [at, part] of parts.entries()) {
          const actual = { shape: part.shape, data: part.dataSync<"float32">() };
          const expected = expectedOf(
            {
              label,
              run: (whole) => whole,
              shape: shape.map((extent, i) => (i === axis ? cuts[at]! : extent)),
              source: (place) => ({ from: place.map((p, i) => (i === axis ? p + begins[at]! : p)) }),
            },
            x,
          );
          differences.push(...differenceFrom(label, actual, expected));
        }
        const whole = tf.concat(parts, axis);
        differences.push(...differenceFrom(label, { shape: whole.shape, data: whole.dataSync<"float32">() }, x));
      });
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it(`casts ${CASES} random tensors as JavaScript's arrays do`, () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("cast", index);
      const shape = randomShape(random);
      const count = sizeOf(shape);
      const scale = random.oneOf([3, 1e4, 1e9]);
      tf.tidy(() => {
        const floats = { shape, data: random.floats(count, scale) };
        const y = tf.cast(tensorOf(floats), "int32");
        const expected = { shape, data: Int32Array.from(floats.data) };
        differences.push(...differenceFrom("to int32", { shape: y.shape, data: y.dataSync<"int32">() }, expected));
        const ints = { shape, data: random.ints(count, -(2 ** 31), 2 ** 31 - 1) };
        const back = tf.cast(tensorOf(ints), "float32");
        const rounded = { shape, data: Float32Array.from(ints.data) };
        differences.push(
          ...differenceFrom("to float32", { shape: back.shape, data: back.dataSync<"float32">() }, rounded),
        );
      });
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it(`adds up ${CASES} random sets of segments`, () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("segments", index);
      const [rows, width, segments] = [random.extent(), random.extent(), random.between(2, 9)];
      // Whole numbers: their sums are exact in any order.
      const x = { shape: [rows, width], data: random.floats(rows * width, 100).map(Math.round) };
      const ids = random.ints(rows, 0, segments - 1);
      const expected = new Float32Array(segments * width);
      x.data.forEach((value, i) => (expected[ids[Math.floor(i / width)]! * width + (i % width)]! += value));
      tf.tidy(() => {
        const y = tf.unsortedSegmentSum(tensorOf(x), tf.tensor1d(ids, "int32"), segments);
        const actual = { shape: y.shape, data: y.dataSync<"float32">() };
        const wanted = { shape: [segments, width], data: expected };
        differences.push(...differenceFrom(`[${rows},${width}] in ${segments}`, actual, wanted));
        const hot = tf.oneHot(tf.tensor1d(ids, "int32"), segments, 3, -1);
        const marks = Float32Array.from({ length: rows * segments }, (_, i) =>
          ids[Math.floor(i / segments)] === i % segments ? 3 : -1,
        );
        differences.push(
          ...differenceFrom(
            `one-hot of ${rows} in ${segments}`,
            { shape: hot.shape, data: hot.dataSync<"float32">() },
            { shape: [rows, segments], data: marks },
          ),
        );
      });
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });
});
