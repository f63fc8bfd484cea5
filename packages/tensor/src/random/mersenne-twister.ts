const N = 624;
const M = 397;
const UPPER_BIT = 0x80000000;
const LOWER_BITS = 0x7fffffff;

/**
 * The 32-bit Mersenne Twister: 624 words of state, renewed together, each tempered as it is given out.
 *
 * @see Matsumoto, Nishimura: "Mersenne Twister", ACM TOMACS 8 (1998); seeding by `init_genrand` of mt19937ar (2002)
 */
export class MersenneTwister {
  readonly #state = new Int32Array(N);
  #position = N;
  #renewals = 0;

  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(previous ^ (previous >>> 30), 1812433253) + i;
    }
  }

  /** Another generator that goes on from the same place. */
  clone(): MersenneTwister {
    const copy = new MersenneTwister(0);
    copy.#state.set(this.#state);
    copy.#position = this.#position;
    copy.#renewals = this.#renewals;
    return copy;
  }

  /** Words given out or skipped so far. */
  get drawn(): number {
    return this.#renewals === 0 ? 0 : (this.#renewals - 1) * N + this.#position;
  }

  /** The next word, 0 to 2^32 - 1. */
  next(): number {
    if (this.#position === N) this.#renew();
    let word = this.#state[this.#position++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** Passes over words without giving them out. */
  skip(words: number): void {
    let left = words;
    while (left > N - this.#position) {
      left -= N - this.#position;
      this.#renew();
    }
    this.#position += left;
  }

  #renew(): void {
    const state = this.#state;
    for (let i = 0; i < N - M; i++) state[i] = twist(state[i]!, state[i + 1]!, state[i + M]!);
    for (let i = N - M; i < N - 1; i++) state[i] = twist(state[i]!, state[i + 1]!, state[i + M - N]!);
    state[N - 1] = twist(state[N - 1]!, state[0]!, state[M - 1]!);
    this.#position = 0;
    this.#renewals++;
  }
}

function twist(high: number, low: number, far: number): number {
  const joined = (high & UPPER_BIT) | (low & LOWER_BITS);
  return far ^ (joined >>> 1) ^ (-(low & 1) & 0x9908b0df);
}
