import { mxnet } from "./mxnet.ts";
import type { RandomSource } from "./source.ts";

let current: RandomSource = mxnet(0);

/** The source that initializers and dropout draw from; at first `random.mxnet(0)`, as in a fresh MXNet process. */
export function defaultRandom(): RandomSource {
  return current;
}

/** Makes another source the default and returns the one before. */
export function setDefaultRandom(source: RandomSource): RandomSource {
  const before = current;
  current = source;
  return before;
}

/** Starts the default source anew from a seed, as `mx.random.seed` does. */
export function seed(value: number): void {
  current.reseed(value);
}
