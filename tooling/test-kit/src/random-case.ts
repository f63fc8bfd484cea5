/** Absent in a browser. The packages that use this kit have no types of Node. */
const { process } = globalThis as { readonly process?: { readonly env: Readonly<Record<string, string | undefined>> } };

/** Random configurations of every kernel; `CAMADA_DIFFERENTIAL_CASES=50000` looks longer. */
export const CASES = Number(process?.env["CAMADA_DIFFERENTIAL_CASES"] ?? 2000);

/** Where the configurations start; another number gives others. */
const SEED = Number(process?.env["CAMADA_DIFFERENTIAL_SEED"] ?? 1);

/** Seeded choices of one configuration: mulberry32, whose state is the seed plus a counter. */
export class RandomCase {
  #state: number;

  /**
   * @param stream sets the configurations of one kernel apart from those of the others.
   * @param index of the configuration.
   */
  constructor(stream: string, index: number) {
    this.#state = [...stream].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0)!, 16777619), 2166136261);
    this.#state = (Math.imul(this.#state ^ SEED, 2654435761) + Math.imul(index, 40503)) >>> 0;
    this.uniform();
  }

  /** In [0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  oneOf<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.between(0, choices.length - 1)]!;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /**
   * An extent whose tail matters: from 1 to 33, every one as likely as the others, but small ones more often where
   * several multiply.
   */
  extent(most = 33): number {
    return this.chance(0.3) ? this.between(1, Math.min(most, 5)) : this.between(1, most);
  }

  /** Float32 values in [-scale, scale). */
  floats(count: number, scale = 1): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = (this.uniform() * 2 - 1) * scale;
    return values;
  }

  /** Whole numbers, both ends included. */
  ints(count: number, low: number, high: number): Int32Array {
    const values = new Int32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.between(low, high);
    return values;
  }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
