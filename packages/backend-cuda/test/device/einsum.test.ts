import { RandomCase } from "@camada/test-kit";
import { valuesOf } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES, device } from "./run-kernel.ts";

const LETTERS = "abcdefg";

/** An equation of one term or two, with letters in any order, and the extent of each letter. */
function randomEquation(random: RandomCase) {
  const extents = Object.fromEntries([...LETTERS].map((letter) => [letter, random.between(1, 4)]));
  const shuffled = (letters: readonly string[]): string[] =>
    letters
      .map((letter) => [random.between(0, 1 << 20), letter] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, letter]) => letter);
  const term = (): string[] => shuffled([...LETTERS]).slice(0, random.between(1, 4));
  const terms = random.chance(0.8) ? [term(), term()] : [term()];
  const all = [...new Set(terms.flat())];
  const result = shuffled(all).slice(0, random.between(0, all.length));
  return { extents, terms, result, all };
}

describe("einsum on the device", () => {
  it(`agrees with sums over every letter over ${CASES} random equations`, () => {
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("einsum", index);
      const { extents, terms, result, all } = randomEquation(random);
      const equation = `${terms.map((letters) => letters.join("")).join(",")}->${result.join("")}`;
      const shapeOf = (letters: readonly string[]): number[] => letters.map((letter) => extents[letter]!);
      const sizeOf = (letters: readonly string[]): number =>
        shapeOf(letters).reduce((size, extent) => size * extent, 1);
      // Whole numbers have no roundings.
      const values = terms.map((letters) => Float32Array.from(random.ints(sizeOf(letters), -4, 4)));
      const expected = new Float64Array(sizeOf(result));
      for (let at = 0; at < sizeOf(all); at++) {
        const place: Record<string, number> = {};
        let rest = at;
        for (const letter of all) {
          place[letter] = rest % extents[letter]!;
          rest = Math.floor(rest / extents[letter]!);
        }
        const numberOf = (letters: readonly string[]): number =>
          letters.reduce((number, letter) => number * extents[letter]! + place[letter]!, 0);
        expected[numberOf(result)]! += terms.reduce(
          (product, letters, term) => product * values[term]![numberOf(letters)]!,
          1,
        );
      }
      const before = tf.memory().numTensors;
      const got = device.inside(() => {
        const tensors = terms.map((letters, term) => tf.tensor(values[term]!, shapeOf(letters)));
        return valuesOf(tf.einsum(equation, ...tensors));
      });
      expect({ equation, ...got, data: [...got.data] }).toEqual({
        equation,
        shape: shapeOf(result),
        data: [...expected],
      });
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});
