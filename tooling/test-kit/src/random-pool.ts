import { sizeOf, type RandomCase } from "./random-case.ts";

/** Geometry of pooling, one entry for each spatial axis. */
interface PoolGeometry {
  readonly kind: "max" | "avg";
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly padBegin: readonly number[];
  readonly padEnd: readonly number[];
  readonly outputSize: readonly number[];
  readonly countIncludePad: boolean;
}

/** Shapes and geometry of one pooling, channels first. */
export interface PoolCase {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly attrs: PoolGeometry;
}

/** Pooling over one to three axes with any kernel, stride and padding, and windows that reach beyond both. */
export function randomPool(random: RandomCase, kind: "max" | "avg"): PoolCase {
  const axes = random.oneOf([1, 2, 2, 2, 3]);
  const each = (make: (axis: number) => number): number[] => Array.from({ length: axes }, (_, axis) => make(axis));
  const kernel = each(() => random.oneOf([1, 2, 2, 3, 3, 5]));
  const strides = each((axis) => random.oneOf([1, 2, kernel[axis]!, 3]));
  const padBegin = each((axis) => random.between(0, kernel[axis]! - 1));
  const padEnd = each((axis) => random.oneOf([padBegin[axis]!, random.between(0, kernel[axis]! - 1)]));
  const input = each((axis) => Math.max(kernel[axis]!, axis === axes - 1 ? random.extent(40) : random.between(1, 8)));
  const roundsUp = random.chance(0.5);
  const outputSize = each((axis) => {
    const steps = (input[axis]! + padBegin[axis]! + padEnd[axis]! - kernel[axis]!) / strides[axis]!;
    return (roundsUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
  });
  const channels = [random.between(1, 3), random.extent(axes === 1 ? 20 : 5)];
  const attrs = { kind, kernel, strides, padBegin, padEnd, outputSize, countIncludePad: random.chance(0.5) };
  return { x: [...channels, ...input], y: [...channels, ...outputSize], attrs };
}

/** The window of one output. */
export interface PoolWindow {
  /** Its real elements, row-major. */
  readonly places: readonly number[];
  /** What its average is divided by. */
  readonly divisor: number;
}

/** The windows of all outputs. */
export function windowsOf({ x, y, attrs }: PoolCase): PoolWindow[] {
  const three = (values: readonly number[], neutral: number): number[] => [
    ...Array.from({ length: 3 - values.length }, () => neutral),
    ...values,
  ];
  const [input, output, kernel, strides] = [x.slice(2), y.slice(2), attrs.kernel, attrs.strides].map((v) =>
    three(v, 1),
  );
  const [begin, end] = [attrs.padBegin, attrs.padEnd].map((values) => three(values, 0));
  const plane = sizeOf(input!);
  const windows: PoolWindow[] = [];
  for (let channel = 0; channel < x[0]! * x[1]!; channel++) {
    for (let o = 0; o < sizeOf(output!); o++) {
      const at = [
        Math.floor(o / (output![1]! * output![2]!)),
        Math.floor(o / output![2]!) % output![1]!,
        o % output![2]!,
      ];
      const start = at.map((position, axis) => position * strides![axis]! - begin![axis]!);
      const places: number[] = [];
      let padded = 1;
      for (let axis = 0; axis < 3; axis++) {
        padded *= Math.min(start[axis]! + kernel![axis]!, input![axis]! + end![axis]!) - start[axis]!;
      }
      for (let k = 0; k < sizeOf(kernel!); k++) {
        const tap = [
          Math.floor(k / (kernel![1]! * kernel![2]!)),
          Math.floor(k / kernel![2]!) % kernel![1]!,
          k % kernel![2]!,
        ];
        const place = tap.map((offset, axis) => start[axis]! + offset);
        if (!place.every((position, axis) => position >= 0 && position < input![axis]!)) continue;
        places.push(channel * plane + (place[0]! * input![1]! + place[1]!) * input![2]! + place[2]!);
      }
      windows.push({ places, divisor: attrs.countIncludePad ? padded : Math.max(places.length, 1) });
    }
  }
  return windows;
}
