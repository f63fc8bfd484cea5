import type { Random } from "./random.ts";

const SIZE = 624;
const MIDDLE = 397;

/**
 * The Mersenne Twister with 32-bit words, seeded as NumPy's `np.random.seed(seed)`.
 *
 * @param seed an integer in [0, 2³²).
 * @see Matsumoto and Nishimura, "Mersenne Twister", 1998.
 */
export function mt19937(seed: number): Random {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) {
    const previous = state[i - 1] ?? 0;
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  let next = SIZE;
  return {
    uint32() {
      if (next === SIZE) {
        advance(state);
        next = 0;
      }
      let word = state[next++] ?? 0;
      word ^= word >>> 11;
      word ^= (word << 7) & 0x9d2c5680;
      word ^= (word << 15) & 0xefc60000;
      return (word ^ (word >>> 18)) >>> 0;
    },
  };
}

function advance(state: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const word = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % SIZE] ?? 0) & 0x7fffffff);
    state[i] = (state[(i + MIDDLE) % SIZE] ?? 0) ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
  }
}
