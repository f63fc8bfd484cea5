import { ShapeError } from "@camada/conv-math";
import { expectClose } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { random, type RandomSource, type RandomState } from "../../src/index.ts";
import golden from "../golden/mxnet-random.json" with { type: "json" };

/** What the golden file holds of a draw: the first and last bit pattern, and a weighted sum of all. */
function check(values: Float32Array | Int32Array): string {
  const bits = new Uint32Array(values.buffer);
  const sum = bits.reduce((total, word, i) => (total + Math.imul(word, (i % 31) + 1)) >>> 0, 0);
  return `${bits[0]} ${bits.at(-1)} ${sum}`;
}

function draw(source: RandomSource, line: string): string {
  const [kind, n, a, b] = line.split(" ").map((part, i) => (i === 0 ? part : Number(part))) as [
    string,
    number,
    number,
    number,
  ];
  const values =
    kind === "normal" ? source.normal(n, a, b) : kind === "uniform" ? source.uniform(n, a, b) : source.integer(n, b);
  return `${kind} ${n} ${a} ${b} ${check(values)}`;
}

describe(`random.mxnet, against MXNet ${golden.versions.mxnet} (${golden.versions.libc})`, () => {
  it("begins like a fresh process", () => {
    expect(draw(random.mxnet(), golden.fresh)).toBe(golden.fresh);
  });

  it.each(golden.streams)("draws what seed $seed draws, to the last bit", ({ seed, draws }) => {
    const source = random.mxnet(seed);
    for (const line of draws) expect(draw(source, line)).toBe(line);
  });

  it(`permutes like NumPy ${golden.versions.numpy}`, () => {
    for (const line of golden.permutations) {
      const [seed, n] = line.split(" ").map(Number) as [number, number];
      // Generator 0 of mxnet(s) is seeded with 127 s.
      expect(`${seed} ${n} ${check(random.mxnet(seed / 127).permutation(n))}`).toBe(line);
    }
  });
});

/** Numbers printed by the lesson's notebook and by MXNet 1.9.1. */
describe("random.mxnet, against printed numbers", () => {
  const printed = (values: Float32Array) => Array.from(values, (value) => Number(value.toPrecision(8)));

  it("draws the first normals and uniforms of seed 0", () => {
    expect(printed(random.mxnet().normal(12))).toEqual([
      2.2122064, 0.7740038, 1.0434403, 1.1839255, 1.8917114, -1.2347414, -1.771029, -0.45138445, 0.57938355, -1.856082,
      -1.9768796, -0.20801921,
    ]);
    expect(printed(random.mxnet().uniform(4))).toEqual([0.54881352, 0.59284461, 0.71518934, 0.84426576]);
    expect([...random.mxnet().uniform(4, -0.07, 0.07)]).toEqual(
      [0.006833896, 0.012998246, 0.030126505, 0.04819721].map(Math.fround),
    );
  });

  it("draws the first normals of seed 128", () => {
    expect([...random.mxnet(128).normal(4)]).toEqual([0.47400656, 0.20251541, 1.3648157, -1.4962182].map(Math.fround));
  });

  it("finds the padding cell's input and kernel after 126 words", () => {
    const source = random.mxnet();
    source.discard(126);
    expect([...source.normal(9)]).toEqual(
      [0.3679345, 1.4534262, 0.24154152, 0.47898006, 0.96885103, -1.0218245, -0.06812762, -0.31868345, -0.17634277].map(
        Math.fround,
      ),
    );
    expect([...source.uniform(4, -0.07, 0.07)]).toEqual(
      [-0.05337812, 0.026412562, -0.025482357, 0.053266622].map(Math.fround),
    );
  });

  it("draws the initial weights of the lesson's network", () => {
    const source = random.mxnet();
    const layers: [n: number, first: number, second: number, last: number, sum: number, squares: number][] = [
      [150, 0.0221220627, 0.00774003798, 3.1520136e-5, -0.0952602822, 0.0180024353],
      [2400, 0.00325108063, -0.0130023407, -0.0049332655, 0.780773584, 0.252190923],
      [48_000, 0.00305448286, -0.00303666829, 0.00687402347, 4.78520185, 4.76763596],
      [4_032_000, 0.00564026926, -0.000592923083, -0.0129232658, 14.1336099, 403.364271],
      [840, 0.000315680227, -0.00576592563, -0.0200457536, -0.24237141, 0.0850579745],
    ];
    for (const [n, first, second, last, sum, squares] of layers) {
      const values = source.normal(n, 0, 0.01);
      expect([values[0], values[1], values.at(-1)]).toEqual([first, second, last].map(Math.fround));
      const sums = [(value: number) => value, (value: number) => value * value].map((power) =>
        values.reduce((total, value) => total + power(value), 0),
      );
      expect(sums.map((value) => Number(value.toPrecision(9)))).toEqual([sum, squares]);
    }
  });
});

describe("random.mxnet", () => {
  it("passes from one generator to the next at a chunk's end", () => {
    const values = random.mxnet().normal(150, 0, 0.01);
    expect([values[49], values[50], values[100]]).toEqual(
      [-0.00454813149, 0.00306399656, -0.0130310552].map(Math.fround),
    );
  });

  it("resumes exactly from a state that went through JSON", () => {
    const source = random.mxnet(7);
    source.normal(1000);
    source.uniform(70, 2, 3);
    source.discard(5000, 3);
    const state = JSON.parse(JSON.stringify(source.state())) as RandomState;
    const ahead = [source.normal(2000), source.permutation(10), source.integer(65, 10)];
    const other = random.mxnet(99);
    other.uniform(10_000);
    other.restore(state);
    expect([other.normal(2000), other.permutation(10), other.integer(65, 10)]).toEqual(ahead);
  });

  it("keeps in its state the generators that were touched, and no others", () => {
    const source = random.mxnet(5);
    expect(source.state()).toEqual({ algorithm: "mxnet", seed: 5, drawn: [] });
    source.uniform(100);
    expect(source.state()).toEqual({
      algorithm: "mxnet",
      seed: 5,
      drawn: [
        [0, 50],
        [1, 50],
      ],
    });
    source.discard(1300);
    source.discard(624, 1023);
    expect(source.state()).toMatchObject({
      drawn: [
        [0, 1350],
        [1, 50],
        [1023, 624],
      ],
    });
  });

  it("begins anew from a seed", () => {
    const source = random.mxnet(3);
    source.normal(100);
    source.reseed(0);
    expect(source.normal(5)).toEqual(random.mxnet(0).normal(5));
  });

  it("draws nothing for a count of zero", () => {
    const source = random.mxnet();
    expect(source.normal(0)).toHaveLength(0);
    expect(source.permutation(0)).toHaveLength(0);
    expect(source.state()).toMatchObject({ drawn: [] });
  });

  it("stays inside [low, high) and covers it", () => {
    const values = random.mxnet(1).uniform(100_000, -2, 3);
    expectClose([values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))], [-2, 3], {
      absolute: 1e-3,
    });
    expect(values.every((value) => value >= -2 && value < 3)).toBe(true);
  });

  it("refuses what it cannot draw", () => {
    const source = random.mxnet();
    expect(() => source.normal(-1)).toThrow(ShapeError);
    expect(() => source.uniform(1.5)).toThrow("uniform: expected a count of 0 or more, got 1.5");
    expect(() => source.integer(1, 0)).toThrow("integer: expected an upper bound from 1 to 2^31, got 0");
    expect(() => source.discard(1, 1024)).toThrow("discard: expected a generator from 0 to 1023, got 1024");
    expect(() => source.reseed(0.5)).toThrow(ShapeError);
    expect(() => source.restore(random.seeded(1).state())).toThrow(
      "restore: expected a state of random.mxnet, got xoshiro128**",
    );
  });
});
