import { ShapeError } from "@camada/conv-math";
import {
  checkBelow,
  checkBounds,
  checkCount,
  checkSeed,
  permute,
  type RandomSource,
  type RandomState,
} from "./source.ts";

type Words = [number, number, number, number];

/**
 * An ordinary stream of random numbers: xoshiro128**, seeded through SplitMix64. Four words of state, a period of
 * 2^128 - 1. Use `random.mxnet` where MXNet's very numbers matter.
 *
 * @param seed any whole number.
 * @see Blackman, Vigna: "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021)
 */
export function seeded(seed: number): RandomSource {
  return new Xoshiro128(seed);
}

class Xoshiro128 implements RandomSource {
  readonly #words = new Int32Array(4);

  constructor(seed: number) {
    this.reseed(seed);
  }

  reseed(seed: number): void {
    checkSeed("random.seeded", seed);
    this.#words.set(splitMix64(BigInt(seed)));
  }

  uniform(n: number, low = 0, high = 1): Float32Array {
    checkCount("uniform", n);
    checkBounds("uniform", low, high);
    const values = new Float32Array(n);
    const [base, top] = [Math.fround(low), Math.fround(high)];
    const unit = (top - base) * 2 ** -24;
    let i = 0;
    while (i < n) {
      // 24 bits are exact in float32; the sum may still round to `high`, and is drawn anew then.
      values[i] = base + unit * (this.#next() >>> 8);
      if (values[i]! < top || unit <= 0) i++;
    }
    return values;
  }

  /** Box and Muller's method; a last value without a partner leaves it unused. */
  normal(n: number, mean = 0, sigma = 1): Float32Array {
    checkCount("normal", n);
    const values = new Float32Array(n);
    for (let i = 0; i < n; i += 2) {
      const radius = sigma * Math.sqrt(-2 * Math.log((this.#next() + 1) * 2 ** -32));
      const angle = 2 * Math.PI * this.#next() * 2 ** -32;
      values[i] = mean + radius * Math.cos(angle);
      if (i + 1 < n) values[i + 1] = mean + radius * Math.sin(angle);
    }
    return values;
  }

  integer(n: number, below: number): Int32Array {
    checkCount("integer", n);
    checkBelow("integer", below);
    const values = new Int32Array(n);
    // Words from the last, incomplete round of remainders would favour the small ones.
    const limit = 2 ** 32 - (2 ** 32 % below);
    for (let i = 0; i < n; i++) {
      let word: number;
      do word = this.#next();
      while (word >= limit);
      values[i] = word % below;
    }
    return values;
  }

  permutation(n: number): Int32Array {
    checkCount("permutation", n);
    return permute(n, () => this.#next());
  }

  clone(): RandomSource {
    const copy = new Xoshiro128(0);
    copy.#words.set(this.#words);
    return copy;
  }

  state(): RandomState {
    const [a, b, c, d] = Array.from(this.#words, (word) => word >>> 0) as Words;
    return { algorithm: "xoshiro128**", words: [a, b, c, d] };
  }

  restore(state: RandomState): void {
    if (state.algorithm !== "xoshiro128**") {
      throw new ShapeError("restore", "a state of random.seeded", state.algorithm);
    }
    this.#words.set(state.words);
  }

  /** The next word, 0 to 2^32 - 1. */
  #next(): number {
    const s = this.#words;
    const [s0, s1, s2, s3] = [s[0]!, s[1]!, s[2]!, s[3]!];
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2] = s2 ^ s0 ^ (s1 << 9);
    s[3] = rotateLeft(s3 ^ s1, 11);
    s[1] = s1 ^ s2 ^ s0;
    s[0] = s0 ^ s3 ^ s1;
    return result;
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** Two 64-bit outputs of SplitMix64, low words first: never all zero, and unlike for neighbouring seeds. */
function splitMix64(seed: bigint): Words {
  const mask = (1n << 64n) - 1n;
  let counter = seed;
  const output = (): [number, number] => {
    counter = (counter + 0x9e3779b97f4a7c15n) & mask;
    let z = counter;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    z ^= z >> 31n;
    return [Number(z & 0xffffffffn), Number(z >> 32n)];
  };
  return [...output(), ...output()];
}
