import { BlockError } from "./errors.ts";
import { One, Zero } from "./constant-initializers.ts";
import { Orthogonal } from "./orthogonal.ts";
import { Normal, Uniform } from "./random-initializers.ts";
import { MSRAPrelu, Xavier } from "./xavier.ts";

/** A rule for the first values of a parameter. Values are made on the host, so that every backend gets the same. */
export interface Initializer {
  /**
   * The values, row-major.
   * @param shape of the parameter, every dimension known.
   * @param parameter its name, for error messages.
   */
  values(shape: readonly number[], parameter: string): Float32Array;
}

const byName = {
  zeros: () => new Zero(),
  ones: () => new One(),
  uniform: () => new Uniform(),
  normal: () => new Normal(),
  xavier: () => new Xavier(),
  msraprelu: () => new MSRAPrelu(),
  orthogonal: () => new Orthogonal(),
} satisfies Record<string, () => Initializer>;

/** Initializers that go by a name, with their default arguments. */
export type InitializerName = keyof typeof byName;

/**
 * The initializer itself, or the one of that name.
 * @throws {BlockError} when no initializer has the name.
 */
export function toInitializer(initializer: Initializer | InitializerName): Initializer {
  if (typeof initializer !== "string") return initializer;
  const make = Object.hasOwn(byName, initializer) ? byName[initializer] : undefined;
  if (make === undefined) throw new BlockError("initializer", `one of ${Object.keys(byName).join(", ")}`, initializer);
  return make();
}
