import { broadcastPlaces, RandomCase, randomShape, sizeOf } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES } from "./cases.ts";
import { cudaBackend, differenceFrom, type Values } from "./run-kernel.ts";

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

function tensorOf({ shape, data }: Values): tf.Tensor {
  const dtype = data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "bool";
  return tf.tensor(data, [...shape], dtype);
}

function expectedOf({ shape, source }: Pick<Movement, "shape" | "source">, x: Values): number[] {
  const index = shape.map(() => 0);
  return Array.from({ length: sizeOf(shape) }, () => {
    const { from, value } = source(index);
    const place = from?.reduce((flat, position, axis) => flat * x.shape[axis]! + position, 0);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
    return place === undefined ? value! : x.data[place]!;
  });
}

function shuffled(random: RandomCase, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.between(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Mostly small; now and then matrices that fill tiles and leave some half empty, of a batch or not. */
function shapeOf(random: RandomCase): number[] {
  const large = random.oneOf([
    [random.between(30, 70), random.between(30, 70)],
    [3, random.between(8, 40), random.between(8, 40)],
    [2, 9, 3, 33],
    [1, 2, 3, 1, 2, 5],
  ]);
  return random.chance(0.3) ? large : randomShape(random, 1);
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
    // One axis more than `shape` at the most, of which tfjs allows six.
    const target = [...(shape.length < 6 && random.chance(0.5) ? [random.between(1, 4)] : []), ...shape];
    const from = shape.map((extent) => (random.chance(0.4) ? 1 : extent));
    const places = broadcastPlaces(from, target);
    const origin = from.map(() => 0);
    return {
      label: `[${from.join()}] to [${target.join()}]`,
      run: (x) => tf.broadcastTo(tf.slice(x, origin, from), target),
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

/** Runs a test on the device alone: a kernel that went through the host is a difference too. */
function onDevice(run: () => string[]): string[] {
  const count = (): number => [...cudaBackend().scripts.counts().values()].reduce((sum, times) => sum + times, 0);
  const before = count();
  const engine = tf.engine();
  engine.startScope();
  try {
    const differences = run();
    return count() === before ? differences : [...differences, "expected the device to run it"];
  } finally {
    engine.endScope();
  }
}

const read = (y: tf.Tensor): Values => ({ shape: y.shape, data: y.dataSync<"float32">() });

describe.each(Object.entries(MOVEMENTS))("%s on the device", (name, make) => {
  it(`moves every element of ${CASES} random tensors where it belongs`, () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(name, index);
      const shape = shapeOf(random);
      const x = valuesOf(random, shape);
      const movement = make(random, shape);
      const compare = () =>
        differenceFrom(movement.label, read(movement.run(tensorOf(x))), movement.shape, expectedOf(movement, x));
      differences.push(...onDevice(compare));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });
});

describe("gather on the device", () => {
  it("takes picks of a batch each from its own", () => {
    const compare = () => {
      const x = tf.tensor3d(
        Array.from({ length: 24 }, (_, i) => i),
        [2, 3, 4],
      );
      const y = tf.gather(x, tf.tensor2d([2, 0, 1, 1], [2, 2], "int32"), 1, 1);
      return differenceFrom("batch", read(y), [2, 2, 4], [8, 9, 10, 11, 0, 1, 2, 3, 16, 17, 18, 19, 16, 17, 18, 19]);
    };
    expect(onDevice(compare)).toEqual([]);
  });

  it("names an index that is out of range, where the host has it", () => {
    const x = tf.tensor1d([1, 2, 3]);
    expect(() => tf.gather(x, tf.tensor1d([0, 3], "int32"))).toThrow(/index value 3/);
  });

  it("gives 0 for one that only the device knows", () => {
    const compare = () => {
      const indices = tf.add(tf.tensor1d([0, 2, -2], "int32"), tf.scalar(1, "int32"));
      return differenceFrom("outside", read(tf.gather(tf.tensor1d([1, 2, 3]), indices)), [3], [2, 0, 0]);
    };
    expect(onDevice(compare)).toEqual([]);
  });
});

describe("concat, stack, split, one-hot, segment and other sums on the device", () => {
  it(`concatenates, stacks and splits ${CASES} random tensors without a change`, () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("concat", index);
      const shape = shapeOf(random);
      const x = valuesOf(random, shape);
      const axis = random.between(0, shape.length - 1);
      const cuts: number[] = [];
      for (let left = shape[axis]!; left > 0; left -= cuts.at(-1)!) cuts.push(random.between(1, left));
      const begins = cuts.map((_, at) => cuts.slice(0, at).reduce((sum, cut) => sum + cut, 0));
      const label = `[${shape.join()}] along ${axis} in [${cuts.join()}]`;
      const compare = (): string[] => {
        const parts = tf.split(tensorOf(x), cuts, axis);
        const whole = tf.concat(parts, axis);
        const restacked = shape.length < 6 ? tf.stack(tf.unstack(tensorOf(x), axis), axis) : tensorOf(x);
        return [
          ...parts.flatMap((part, at) => {
            const partShape = shape.map((extent, i) => (i === axis ? cuts[at]! : extent));
            const source: Source = (place) => ({ from: place.map((p, i) => (i === axis ? p + begins[at]! : p)) });
            return differenceFrom(label, read(part), partShape, expectedOf({ shape: partShape, source }, x));
          }),
          ...differenceFrom(`whole ${label}`, read(whole), shape, x.data),
          ...differenceFrom(`stacked ${label}`, read(restacked), shape, x.data),
        ];
      };
      differences.push(...onDevice(compare));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it(`adds up ${CASES} random sets of segments, and marks them`, () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("segments", index);
      const [rows, width, segments] = [random.extent(), random.extent(), random.between(2, 9)];
      // Whole numbers: their sums are exact in any order.
      const floats = random.floats(rows * width, 100).map(Math.round);
      const x: Values = { shape: [rows, width], data: random.chance(0.5) ? floats : Int32Array.from(floats) };
      // Of no segment are those beside the range.
      const ids = random.ints(rows, -1, segments);
      const expected = new Float64Array(segments * width);
      floats.forEach((value, i) => {
        const id = ids[Math.floor(i / width)]!;
        if (id >= 0 && id < segments) expected[id * width + (i % width)]! += value;
      });
      const dtype = random.oneOf(["float32", "int32", "bool"] as const);
      const [on, off] = dtype === "bool" ? [1, 0] : [3, -1];
      const marks = Array.from({ length: rows * segments }, (_, i) => {
        return ids[Math.floor(i / segments)] === i % segments ? on : off;
      });
      const compare = (): string[] => {
        const given = tf.tensor1d(ids, "int32");
        const sums = tf.unsortedSegmentSum(tensorOf(x) as tf.Tensor2D, given, segments);
        const hot = tf.oneHot(given, segments, on, off, dtype);
        return [
          ...differenceFrom(`[${rows},${width}] in ${segments}`, read(sums), [segments, width], expected),
          ...differenceFrom(`one-hot of ${rows} in ${segments}`, read(hot), [rows, segments], marks),
        ];
      };
      differences.push(...onDevice(compare));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it.each([2, 3, 16, 17, 40])("adds up %i tensors", (count) => {
    const random = new RandomCase("add n", count);
    const terms = Array.from({ length: count }, () => random.ints(101, -1000, 1000));
    const sums = Array.from({ length: 101 }, (_, i) => terms.reduce((sum, term) => sum + term[i]!, 0));
    for (const dtype of ["float32", "int32"] as const) {
      const compare = () =>
        differenceFrom(dtype, read(tf.addN(terms.map((term) => tf.tensor1d(term, dtype)))), [101], sums);
      expect(onDevice(compare)).toEqual([]);
    }
  });

  it("rearranges depth to space as the formula says", () => {
    const compare = () => {
      const x = tf.tensor4d(
        Array.from({ length: 2 * 2 * 3 * 8 }, (_, i) => i),
        [2, 2, 3, 8],
      );
      const y = tf.depthToSpace(x, 2, "NHWC");
      const expected = Array.from({ length: 96 }, (_, i) => {
        const [c, w, h, n] = [i % 2, Math.floor(i / 2) % 6, Math.floor(i / 12) % 4, Math.floor(i / 48)];
        const place = ((n * 2 + (h >> 1)) * 3 + (w >> 1)) * 8;
        return place + ((h % 2) * 2 + (w % 2)) * 2 + c;
      });
      return differenceFrom("depth to space", read(y), [2, 4, 6, 2], expected);
    };
    expect(onDevice(compare)).toEqual([]);
  });

  it("moves nothing of tensors without elements", () => {
    const compare = () => {
      const x = tf.zeros([0, 3]);
      return [
        tf.transpose(x),
        tf.pad(x, [
          [0, 0],
          [1, 1],
        ]),
        tf.tile(x, [2, 2]),
        tf.concat([x, x], 0),
      ].flatMap((y) => differenceFrom("nothing", read(y), y.shape, []));
    };
    expect(onDevice(compare)).toEqual([]);
  });
});
