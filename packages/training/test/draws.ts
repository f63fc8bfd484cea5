/** A small generator whose state is one number: uniform in [0, 1). */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  state(): { readonly state: number } {
    return { state: this.#state };
  }

  restore({ state }: { readonly state: number }): void {
    this.#state = state;
  }
}
