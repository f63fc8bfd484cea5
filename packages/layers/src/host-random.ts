/** Stands in for tensor's default random source. */
class Mt {
  #s = new Uint32Array(624);
  #i = 624;
  constructor(seed: number) {
    this.#s[0] = seed;
    for (let i = 1; i < 624; i++) {
      const p = this.#s[i - 1]! ^ (this.#s[i - 1]! >>> 30);
      this.#s[i] = Math.imul(1812433253, p) + i;
    }
  }
  next(): number {
    const s = this.#s;
    if (this.#i === 624) {
      for (let i = 0; i < 624; i++) {
        const y = (s[i]! & 0x80000000) | (s[(i + 1) % 624]! & 0x7fffffff);
        s[i] = s[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.#i = 0;
    }
    let y = s[this.#i++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }
}
const f = Math.fround;
let generators: Mt[] = [];
let base = 0;
function u01(g: Mt): number {
  const u = f(f(g.next()) / 2 ** 32);
  return u >= 1 ? 1 - 2 ** -24 : u;
}
function draw(n: number, one: (g: Mt) => number): Float32Array {
  const t = Math.min(Math.ceil(n / 64), 1024);
  const chunk = Math.ceil(n / t);
  const out = new Float32Array(n);
  for (let g = 0; g < t; g++) {
    const gen = (generators[g] ??= new Mt(base + g));
    for (let i = g * chunk; i < Math.min(n, (g + 1) * chunk); i++) out[i] = one(gen);
  }
  return out;
}
export const random = {
  seed(seed: number): void {
    generators = [];
    base = (127 * seed) >>> 0;
  },
  uniform(n: number, low: number, high: number): Float32Array {
    const [lo, hi] = [f(low), f(high)];
    return draw(n, (g) => f(lo + f(f(hi - lo) * u01(g))));
  },
  normal(n: number, mean: number, sigma: number): Float32Array {
    const [m, s] = [f(mean), f(sigma)];
    return draw(n, (g) => {
      for (;;) {
        const x = f(f(2 * u01(g)) - 1);
        const y = f(f(2 * u01(g)) - 1);
        const r = f(f(x * x) + f(y * y));
        if (r > 1 || r === 0) continue;
        return f(f(f(y * f(Math.sqrt(f(f(-2 * f(Math.log(r))) / r)))) * s) + m);
      }
    });
  },
};
