import * as tf from "@tensorflow/tfjs-core";
import { broadcastPlaces, randomShape } from "../random-broadcast.ts";
import { sizeOf, type RandomCase } from "../random-case.ts";
import { differenceFrom, tensorOf, valuesOf, type KernelValues } from "./kernel-engine.ts";

/** Of one element of a result: its place in the tensor that it comes from, or a constant where that is undefined. */
export type Source = (index: readonly number[]) => { readonly from?: readonly number[]; readonly value?: number };

/** A way to move elements, and where each element of the result comes from. */
export interface Movement {
  readonly label: string;
  readonly run: (x: tf.Tensor) => tf.Tensor;
  readonly shape: readonly number[];
  readonly source: Source;
}

/** Elements of any type. */
export function randomValues(random: RandomCase, shape: readonly number[]): KernelValues {
  const count = sizeOf(shape);
  const type = random.oneOf(["float32", "float32", "int32", "bool"] as const);
  if (type === "float32") return { shape, data: random.floats(count) };
  if (type === "int32") return { shape, data: random.ints(count, -1000, 1000) };
  return { shape, data: Uint8Array.from(random.ints(count, 0, 1)) };
}

/** Mostly small; now and then matrices that fill tiles and leave some half empty, of a batch or not. */
export function randomMovedShape(random: RandomCase): number[] {
  const large = random.oneOf([
    [random.between(30, 70), random.between(30, 70)],
    [3, random.between(8, 40), random.between(8, 40)],
    [2, 9, 3, 33],
    [1, 2, 3, 1, 2, 5],
  ]);
  return random.chance(0.3) ? large : randomShape(random, 1);
}

/** The elements of a result by where they come from. */
export function moved({ shape, source }: Pick<Movement, "shape" | "source">, x: KernelValues) {
  const index = shape.map(() => 0);
  const data = Array.from({ length: sizeOf(shape) }, () => {
    const { from, value } = source(index);
    const place = from?.reduce((flat, position, axis) => flat * x.shape[axis]! + position, 0);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
    return place === undefined ? value! : x.data[place]!;
  });
  return { shape, data };
}

/** Where a movement on the active backend does not put an element where it belongs, in words. */
export function differencesOf(movement: Movement, x: KernelValues): string[] {
  return differenceFrom(movement.label, valuesOf(movement.run(tensorOf(x))), moved(movement, x));
}

function shuffled(random: RandomCase, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.between(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Random movements of a tensor of a shape, by the name of the operation. */
export const MOVEMENTS: Readonly<Record<string, (random: RandomCase, shape: readonly number[]) => Movement>> = {
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
