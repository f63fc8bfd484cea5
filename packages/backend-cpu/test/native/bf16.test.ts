import { activeBackend, useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cpu } from "@camada/backend-cpu";
import {
  CASES,
  checkConvolution,
  type ConvolutionCase,
  type ConvolutionErrors,
  noErrors,
  RandomCase,
  randomConvolution,
  sizeOf,
} from "@camada/test-kit";
import { differingConvolutions, nativeConvolution } from "./convolution-check.ts";

const before = activeBackend()!.backend;
/**
 * Levels with products of bf16. AMX's tiles take shapes that fill them, smaller ones keep to float32: its share of random
 * shapes is drawn among those.
 */
const LEVELS = [
  { level: "avx512-bf16", isDrawn: () => true, fewestOuts: 4 },
  { level: "amx-bf16", isDrawn: fillsTiles, fewestOuts: 24 },
] as const;
/** The least share of shapes that must be computed in bf16. */
const LEAST = 0.08;
/** Every so many shapes have a kernel of one element, whose input gradient is never scattered in float32. */
const POINTWISE_EVERY = 5;

/** Whether forward pass and gradient of the weight have enough channels and steps for AMX. */
function fillsTiles({ weight: [outs = 0, ins = 0, ...taps], attrs }: ConvolutionCase): boolean {
  return outs / attrs.groups >= 8 && ins >= 8 && ins * sizeOf(taps) >= 24;
}

/** Whether the input gradient is a product with the transposed weight, with channels enough for bf16. */
function isPointwise({ weight: [outs = 0, ins = 0, ...taps], attrs }: ConvolutionCase, fewestOuts: number): boolean {
  const isPlain =
    attrs.strides.every((stride) => stride === 1) && [...attrs.padBegin, ...attrs.padEnd].every((n) => n === 0);
  return sizeOf(taps) === 1 && isPlain && ins >= 8 && outs / attrs.groups >= fewestOuts;
}

/** The configuration `index` of a level. */
function draw(random: RandomCase, index: number, { isDrawn, fewestOuts }: (typeof LEVELS)[number]): ConvolutionCase {
  const isPointwiseWanted = index % POINTWISE_EVERY === 0;
  for (;;) {
    const test = randomConvolution(random);
    if (isPointwiseWanted ? isPointwise(test, fewestOuts) : isDrawn(test)) return test;
  }
}

const libraryFolder = process.env["CAMADA_NATIVE_LIBRARIES"];
const backendOf = (level: (typeof LEVELS)[number]["level"]) =>
  cpu({ engine: "native", precision: "bf16", level, libraryFolder });
const here = new Set<string>();
for (const { level } of LEVELS) {
  await useBackend(backendOf(level)).then(
    () => here.add(level),
    () => {},
  );
}
await useBackend(before);

/** The nearest numbers of 8 significant bits, ties to even: the upper half of float32. */
function toBf16(values: Float32Array): Float32Array {
  const bits = new Uint32Array(values.slice().buffer);
  return new Float32Array(bits.map((word) => (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000).buffer);
}

/** Errors of one configuration, of factors that were rounded first or were not. */
function errorsOf(
  index: number,
  level: (typeof LEVELS)[number],
  round?: (values: Float32Array) => Float32Array,
): ConvolutionErrors {
  const errors = noErrors();
  const random = new RandomCase("bf16", index);
  checkConvolution(nativeConvolution, draw(random, index, level), random, errors, round && { round });
  return errors;
}

describe.each(LEVELS)("convolution of bf16 factors", (entry) => {
  const { level } = entry;
  describe.runIf(here.has(level))(`at level ${level}`, () => {
    beforeAll(async () => {
      await useBackend(backendOf(level));
    });
    afterAll(async () => {
      await useBackend(before);
    });

    // Products of two bf16 numbers are exact in float32: what is left are the roundings of its sums. Kernels keep to
    // float32 where pairs of channels do not pay, so a result must be within the bound of the one or of the other.
    it(`agrees with float64 sums of rounded factors over ${CASES} random configurations`, async ({ annotate }) => {
      const kernels = Object.keys(noErrors()) as (keyof ConvolutionErrors)[];
      const worst = noErrors();
      const rounded = { forward: 0, inputGradient: 0, weightGradient: 0, biasGradient: 0 };
      for (let index = 0; index < CASES; index++) {
        const [asBf16, asFloat32] = [errorsOf(index, entry, toBf16), errorsOf(index, entry)];
        for (const kernel of kernels) {
          const isRounded = asBf16[kernel].overBound < asFloat32[kernel].overBound;
          if (isRounded) rounded[kernel]++;
          const better = (isRounded ? asBf16 : asFloat32)[kernel];
          if (better.overBound > worst[kernel].overBound) worst[kernel] = better;
        }
      }
      for (const kernel of kernels) {
        await annotate(
          `${level} convolution, ${kernel}: ${worst[kernel].text}, ${rounded[kernel]} of ${CASES} in bf16`,
        );
      }
      for (const kernel of kernels) {
        expect(worst[kernel]).toSatisfy(({ overBound }) => overBound <= 1, `${kernel}, ${worst[kernel].where}`);
      }
      for (const kernel of ["forward", "weightGradient", "inputGradient"] as const) {
        expect(rounded[kernel], kernel).toBeGreaterThanOrEqual(CASES * LEAST);
      }
    });

    it("stays what it is when a backend of another level starts in the same library", async () => {
      const name = activeBackend()!.info.tfBackend;
      const values = Float32Array.from({ length: 32 * 32 }, (_, index) => 1 + index / 2 ** 12);
      const product = () => tf.tidy(() => tf.matMul(tf.tensor2d(values, [32, 32]), tf.ones([32, 32])).dataSync());
      const expected = product();
      await useBackend(cpu({ engine: "native", level: "avx512", libraryFolder }));
      const inFloat32 = product();
      await tf.setBackend(name);
      const after = product();
      await useBackend(backendOf(level));
      expect(after).toEqual(expected);
      expect(inFloat32).not.toEqual(expected);
    });

    it("has the same bits at any number of threads", () => {
      const differing = Array.from({ length: 100 }, (_, index) => {
        const random = new RandomCase("bf16 threads", index);
        return differingConvolutions(draw(random, index, entry), random);
      });
      expect(differing.flat()).toEqual([]);
    });
  });
});
