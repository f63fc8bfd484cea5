import { ShapeError } from "@camada/conv-math";
import { logf } from "./logf.ts";
import { MersenneTwister } from "./mersenne-twister.ts";
import {
  checkBelow,
  checkBounds,
  checkCount,
  checkSeed,
  permute,
  type RandomSource,
  type RandomState,
} from "./source.ts";

const GENERATORS = 1024;
/** A generator is brought in for every so many values. */
const VALUES_PER_GENERATOR = 64;
/** The largest float32 below 1. */
const BELOW_ONE = 1 - 2 ** -24;
const fround = Math.fround;

/** MXNet's stream, with a way to skip words that some other program has used up. */
export interface MxnetRandom extends RandomSource {
  /** Passes over raw 32-bit words of one generator (0 to 1023, default 0). */
  discard(words: number, generator?: number): void;
  clone(): MxnetRandom;
}

/**
 * The random numbers of MXNet 1.x on the CPU under Linux, bit for bit.
 *
 * There are 1024 Mersenne Twisters, number i seeded with `127 seed + i`. A draw of n values takes
 * `t = min(ceil(n / 64), 1024)` of them, each for `ceil(n / t)` consecutive values. A uniform number is one 32-bit word
 * divided by 2^32; a normal one is the second coordinate of libstdc++'s polar method, the first being thrown away; an
 * integer is the remainder of 63 bits from two words. Every operation rounds to float32, and the logarithm is glibc's.
 * As in MXNet, rounding may bring a uniform number up to `high` itself.
 *
 * `permutation` has no counterpart in MXNet, whose loaders shuffle with NumPy: it is NumPy's shuffle on the words of
 * generator 0, so that `mxnet(0).permutation(n)` equals `numpy.random.RandomState(0).permutation(n)`.
 *
 * @param seed as for `mx.random.seed`; default 0, the state of a fresh MXNet process.
 * @see MXNet 1.9.1, checked by `scripts/mxnet-random.py`
 */
export function mxnet(seed = 0): MxnetRandom {
  return new MxnetSource(seed);
}

class MxnetSource implements MxnetRandom {
  #seed = 0;
  #generators: (MersenneTwister | undefined)[] = [];

  constructor(seed: number) {
    this.reseed(seed);
  }

  reseed(seed: number): void {
    checkSeed("random.mxnet", seed);
    this.#seed = seed;
    this.#generators = Array.from({ length: GENERATORS }, () => undefined);
  }

  uniform(n: number, low = 0, high = 1): Float32Array {
    checkCount("uniform", n);
    checkBounds("uniform", low, high);
    const values = new Float32Array(n);
    const base = fround(low);
    const range = fround(fround(high) - base);
    this.#inChunks(n, (generator, begin, end) => {
      for (let i = begin; i < end; i++) values[i] = base + fround(range * canonical(generator));
    });
    return values;
  }

  normal(n: number, mean = 0, sigma = 1): Float32Array {
    checkCount("normal", n);
    const values = new Float32Array(n);
    const [center, spread] = [fround(mean), fround(sigma)];
    this.#inChunks(n, (generator, begin, end) => {
      for (let i = begin; i < end; i++) values[i] = fround(standardNormal(generator) * spread) + center;
    });
    return values;
  }

  integer(n: number, below: number): Int32Array {
    checkCount("integer", n);
    checkBelow("integer", below);
    const values = new Int32Array(n);
    this.#inChunks(n, (generator, begin, end) => {
      for (let i = begin; i < end; i++) {
        // (2^31 high + low) mod below, in steps that stay below 2^53
        const high = generator.next() % below;
        const shifted = (((high * 2 ** 16) % below) * 2 ** 15) % below;
        values[i] = (shifted + generator.next()) % below;
      }
    });
    return values;
  }

  permutation(n: number): Int32Array {
    checkCount("permutation", n);
    const generator = this.#generator(0);
    return permute(n, () => generator.next());
  }

  discard(words: number, generator = 0): void {
    checkCount("discard", words);
    if (!Number.isInteger(generator) || generator < 0 || generator >= GENERATORS) {
      throw new ShapeError("discard", `a generator from 0 to ${GENERATORS - 1}`, String(generator));
    }
    this.#generator(generator).skip(words);
  }

  clone(): MxnetSource {
    const copy = new MxnetSource(this.#seed);
    copy.#generators = this.#generators.map((generator) => generator?.clone());
    return copy;
  }

  state(): RandomState {
    const drawn = this.#generators.flatMap((generator, i) =>
      generator === undefined || generator.drawn === 0 ? [] : [[i, generator.drawn] as const],
    );
    return { algorithm: "mxnet", seed: this.#seed, drawn };
  }

  restore(state: RandomState): void {
    if (state.algorithm !== "mxnet") throw new ShapeError("restore", "a state of random.mxnet", state.algorithm);
    this.reseed(state.seed);
    for (const [generator, words] of state.drawn) this.discard(words, generator);
  }

  #generator(i: number): MersenneTwister {
    return (this.#generators[i] ??= new MersenneTwister((Math.imul(127, this.#seed) + i) >>> 0));
  }

  #inChunks(n: number, fill: (generator: MersenneTwister, begin: number, end: number) => void): void {
    const count = Math.min(Math.ceil(n / VALUES_PER_GENERATOR), GENERATORS);
    const chunk = Math.ceil(n / count);
    for (let i = 0; i * chunk < n; i++) fill(this.#generator(i), i * chunk, Math.min((i + 1) * chunk, n));
  }
}

/** A float32 in [0, 1) from one word. Rounding may reach 1, which becomes its lower neighbour. */
function canonical(generator: MersenneTwister): number {
  const value = fround(generator.next()) * 2 ** -32;
  return value < 1 ? value : BELOW_ONE;
}

/** Marsaglia's polar method: a point in the unit disc, its radius bent so that each coordinate is normal. */
function standardNormal(generator: MersenneTwister): number {
  let y: number;
  let r: number;
  do {
    const x = fround(2 * canonical(generator) - 1);
    y = fround(2 * canonical(generator) - 1);
    r = fround(fround(x * x) + fround(y * y));
  } while (r > 1 || r === 0);
  return fround(y * fround(Math.sqrt(fround(fround(-2 * logf(r)) / r))));
}
