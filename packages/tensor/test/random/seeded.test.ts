import { ShapeError } from "@camada/conv-math";
import { expectClose } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { defaultRandom, random, setDefaultRandom, type RandomState } from "../../src/index.ts";

/** Raw words of the generator, from numbers below 2^31: the state is chosen so that the first bits come out. */
const words = (state: [number, number, number, number], count: number) => {
  const source = random.seeded(0);
  source.restore({ algorithm: "xoshiro128**", words: state });
  // A uniform number in [0, 2^24) is the upper 24 bits of a word.
  return [...source.uniform(count, 0, 2 ** 24)];
};

describe("random.seeded", () => {
  it("gives the words of the reference implementation", () => {
    // Words for the state 1, 2, 3, 4: rand_xoshiro 0.6, test of Xoshiro128StarStar, from the authors' C program.
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(words([1, 2, 3, 4], 10)).toEqual(expected.map((word) => Math.floor(word / 256)));
    // Another state: edorfaus/xoshiro-6502, test-rom/testdata.asm, from the same program.
    expect(words([0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0], 4)).toEqual([
      0xf13919, 0x6fe538, 0xa5be28, 0xf510ee,
    ]);
  });

  it("seeds itself through SplitMix64", () => {
    // The first outputs for 1234567: Vigna's splitmix64.c, as on Rosetta Code.
    const [low, high] = [6457827717110365317n, 3203168211198807973n];
    const halves = [low, high].flatMap((output) => [Number(output & 0xffffffffn), Number(output >> 32n)]);
    expect(random.seeded(1234567).state()).toEqual({ algorithm: "xoshiro128**", words: halves });
  });

  it("repeats itself for one seed and not for its neighbours", () => {
    expect(random.seeded(1).normal(10)).toEqual(random.seeded(1).normal(10));
    expect(random.seeded(1).normal(10)).not.toEqual(random.seeded(2).normal(10));
    const source = random.seeded(1);
    source.uniform(3);
    source.reseed(2);
    expect(source.uniform(3)).toEqual(random.seeded(2).uniform(3));
  });

  it("has the moments of its distributions", () => {
    const n = 200_000;
    const moments = (values: ArrayLike<number>) => {
      const mean = Array.from(values).reduce((a, b) => a + b) / n;
      const square = Array.from(values).reduce((a, b) => a + (b - mean) ** 2, 0) / n;
      return [mean, square];
    };
    // Five standard errors: of a mean σ / √n, of a variance about σ² √(2 / n).
    expectClose(moments(random.seeded(3).uniform(n, -1, 3)), [1, 16 / 12], { absolute: 5 * Math.sqrt(2 / n) * 1.34 });
    expectClose(moments(random.seeded(3).normal(n, 2, 0.5)), [2, 0.25], { absolute: (5 * 0.5) / Math.sqrt(n) });
    expectClose(moments(random.seeded(3).integer(n, 6)), [2.5, 35 / 12], { absolute: 5 * Math.sqrt(2 / n) * 2.92 });
  });

  it("stays inside its bounds", () => {
    const tight = random.seeded(4).uniform(1000, 1, 1 + 2 ** -22);
    expect(tight.every((value) => value >= 1 && value < 1 + 2 ** -22)).toBe(true);
    // No float32 lies between these bounds.
    expect([...random.seeded(4).uniform(2, 1.00000009, 1.0000001)]).toEqual([1.00000009, 1.00000009].map(Math.fround));
    const integers = random.seeded(4).integer(10_000, 2 ** 31);
    expect(integers.every((value) => value >= 0)).toBe(true);
    expect(new Set(random.seeded(4).integer(1000, 3))).toEqual(new Set([0, 1, 2]));
  });

  it("permutes", () => {
    const order = random.seeded(5).permutation(1000);
    expect(order.toSorted()).toEqual(Int32Array.from({ length: 1000 }, (_, i) => i));
    expect(order).not.toEqual(order.toSorted());
  });

  it("resumes exactly from a state that went through JSON", () => {
    const source = random.seeded(6);
    source.normal(11);
    const state = JSON.parse(JSON.stringify(source.state())) as RandomState;
    const ahead = [source.normal(7), source.integer(5, 100)];
    const other = random.seeded(0);
    other.restore(state);
    expect([other.normal(7), other.integer(5, 100)]).toEqual(ahead);
  });

  it("refuses what it cannot draw", () => {
    const source = random.seeded(0);
    expect(() => source.normal(-1)).toThrow(ShapeError);
    expect(() => source.integer(1, 2 ** 31 + 1)).toThrow(ShapeError);
    expect(() => source.uniform(1, 0, Infinity)).toThrow("uniform: expected finite bounds, got [0, Infinity)");
    expect(() => source.uniform(1, 0, 1e39)).toThrow("uniform: expected finite bounds, got [0, 1e+39)");
    expect(() => random.seeded(NaN)).toThrow("random.seeded: expected a whole number as seed, got NaN");
    expect(() => source.restore(random.mxnet().state())).toThrow(
      "restore: expected a state of random.seeded, got mxnet",
    );
  });
});

describe("a copy of a source", () => {
  it.each([
    ["random.mxnet", () => random.mxnet(5)],
    ["random.seeded", () => random.seeded(5)],
  ])("of %s goes on from the same place, each on its own", (_, make) => {
    const source = make();
    source.normal(1000);
    const copy = source.clone();
    expect(copy.state()).toEqual(source.state());
    const drawn = [source.uniform(70), source.normal(2000), source.integer(5, 100)];
    source.uniform(3);
    expect([copy.uniform(70), copy.normal(2000), copy.integer(5, 100)]).toEqual(drawn);
    expect(copy.state()).not.toEqual(source.state());
    copy.uniform(3);
    expect(copy.state()).toEqual(source.state());
    copy.reseed(5);
    expect(copy.permutation(9)).toEqual(make().permutation(9));
  });
});

describe("the default source", () => {
  it("is a fresh MXNet process until another is set", () => {
    random.seed(0);
    expect(defaultRandom().normal(3)).toEqual(random.mxnet(0).normal(3));
    const mine = random.seeded(1);
    const before = setDefaultRandom(mine);
    expect(defaultRandom()).toBe(mine);
    random.seed(8);
    expect(mine.uniform(3)).toEqual(random.seeded(8).uniform(3));
    expect(setDefaultRandom(before)).toBe(mine);
    expect(defaultRandom()).toBe(before);
  });
});
