import { sizeOf, type RandomCase } from "./random-case.ts";

/** Two shapes that broadcast, and the shape of the result. */
export interface BroadcastShapes {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly y: readonly number[];
}

/** Shapes of rank 0 to 5 of which either may lack leading axes or be 1 along any; often one of the frequent forms. */
export function randomBroadcast(random: RandomCase): BroadcastShapes {
  const y = randomShape(random);
  const full = y;
  const form = random.oneOf(["same", "scalar", "trailing", "channel", "any", "any"] as const);
  const other = {
    same: () => full,
    scalar: () => [],
    trailing: () => full.slice(random.between(0, full.length)),
    channel: () => full.map((extent, axis) => (axis === 1 ? extent : 1)),
    any: () => full.map((extent) => (random.chance(0.4) ? 1 : extent)).slice(random.chance(0.3) ? 1 : 0),
  }[form]();
  const [a, b] = random.chance(0.5) ? [full, other] : [other, full];
  return { a, b, y };
}

/** Rank 0 to 5, last axis up to 70, at most some thousand elements. */
export function randomShape(random: RandomCase, least = 0): number[] {
  const rank = random.oneOf([least, 1, 1, 2, 2, 3, 4, 5].filter((value) => value >= least));
  const shape = Array.from({ length: rank }, (_, axis) =>
    axis === rank - 1 ? random.extent(70) : random.between(1, 5),
  );
  return sizeOf(shape) > 4000 ? shape.map((extent) => Math.min(extent, 4)) : shape;
}

/** For every element of `y`, which element of a tensor of shape `x` is broadcast to it. */
export function broadcastPlaces(x: readonly number[], y: readonly number[]): Int32Array {
  const places = new Int32Array(sizeOf(y));
  const missing = y.length - x.length;
  for (let at = 0; at < places.length; at++) {
    let left = at;
    let place = 0;
    let stride = 1;
    for (let axis = y.length - 1; axis >= 0; axis--) {
      const index = left % y[axis]!;
      left = (left - index) / y[axis]!;
      if (axis < missing) continue;
      const extent = x[axis - missing]!;
      if (extent > 1) place += index * stride;
      stride *= extent;
    }
    places[at] = place;
  }
  return places;
}
