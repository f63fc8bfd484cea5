/** A stream of random 32-bit words. */
export interface Random {
  /** The next word, an integer in [0, 2³²). */
  uint32(): number;
}

/**
 * A generator that depends on its keys only: xoshiro128** with its 128-bit state hashed from the keys.
 *
 * The loader uses keys (seed, epoch) for the order and (seed, epoch, index) for one sample, so that any sample of any
 * epoch has its numbers without those before it having been drawn.
 *
 * @param keys integers in [0, 2³²).
 * @see Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021.
 */
export function seededRandom(...keys: readonly number[]): Random {
  let [a, b, c, d] = [1, 2, 3, 4].map((lane) => hashKeys(keys, lane)) as [number, number, number, number];
  return {
    uint32() {
      const times5 = Math.imul(b, 5);
      const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = (d << 11) | (d >>> 21);
      return result;
    },
  };
}

/** A number in [0, 1) with 32 random bits. */
export function randomUnit(random: Random): number {
  return random.uint32() / 2 ** 32;
}

/**
 * An integer in [0, max], each equally likely: words masked to the bits of `max`, those above it thrown away.
 *
 * NumPy's legacy generator draws in the same way, so that with the same words it gives the same integers.
 */
export function randomUpTo(random: Random, max: number): number {
  if (max === 0) return 0;
  const mask = 0xffffffff >>> Math.clz32(max);
  for (;;) {
    const value = (random.uint32() & mask) >>> 0;
    if (value <= max) return value;
  }
}

/** The numbers 0 to n − 1 in random order (Fisher and Yates, from the last place down). */
export function shuffledIndices(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = randomUpTo(random, i);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return order;
}

/** MurmurHash3 over 32-bit words; `lane` starts it elsewhere, so that four lanes give 128 bits. */
function hashKeys(keys: readonly number[], lane: number): number {
  let hash = Math.imul(lane, 0x9e3779b9);
  for (const key of keys) {
    let word = Math.imul(key, 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash ^= word;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= keys.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
