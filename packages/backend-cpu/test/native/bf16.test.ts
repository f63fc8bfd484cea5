import { activeBackend, useBackend } from "@camada/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cpu } from "@camada/backend-cpu";
import { checkConvolution, differingConvolutions, noErrors, type ConvolutionErrors } from "./convolution-check.ts";
import { CASES, RandomCase } from "./random-case.ts";
import { randomConvolution } from "./random-convolution.ts";

const before = activeBackend()!.backend;
const bf16 = cpu({
  engine: "native",
  precision: "bf16",
  libraryFolder: process.env["CAMADA_NATIVE_LIBRARIES"],
});
const hasBf16 = await useBackend(bf16).then(
  () => true,
  () => false,
);
await useBackend(before);

/** The nearest numbers of 8 significant bits, ties to even: the upper half of float32. */
function toBf16(values: Float32Array): Float32Array {
  const bits = new Uint32Array(values.slice().buffer);
  return new Float32Array(bits.map((word) => (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000).buffer);
}

/** Errors of one configuration, of factors that were rounded first or were not. */
function errorsOf(index: number, round?: (values: Float32Array) => Float32Array): ConvolutionErrors {
  const errors = noErrors();
  const random = new RandomCase("bf16", index);
  checkConvolution(randomConvolution(random), random, errors, round);
  return errors;
}

describe.runIf(hasBf16)("convolution of bf16 factors on the native engine", () => {
  beforeAll(async () => {
    await useBackend(bf16);
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
      const [asBf16, asFloat32] = [errorsOf(index, toBf16), errorsOf(index)];
      for (const kernel of kernels) {
        const isRounded = asBf16[kernel].overBound < asFloat32[kernel].overBound;
        if (isRounded) rounded[kernel]++;
        const better = (isRounded ? asBf16 : asFloat32)[kernel];
        if (better.overBound > worst[kernel].overBound) worst[kernel] = better;
      }
    }
    for (const kernel of kernels) {
      await annotate(`bf16 convolution, ${kernel}: ${worst[kernel].text}, ${rounded[kernel]} of ${CASES} in bf16`);
    }
    for (const kernel of kernels) {
      expect(worst[kernel]).toSatisfy(({ overBound }) => overBound <= 1, `${kernel}, ${worst[kernel].where}`);
    }
    expect(rounded.forward).toBeGreaterThan(CASES / 10);
    expect(rounded.weightGradient).toBeGreaterThan(CASES / 10);
    // Gradients that are scattered from their taps keep to float32; those of rows and of single elements do not.
    expect(rounded.inputGradient).toBeGreaterThan(CASES / 100);
  });

  it("has the same bits at any number of threads", () => {
    const differing = Array.from({ length: 100 }, (_, index) => {
      const random = new RandomCase("bf16 threads", index);
      return differingConvolutions(randomConvolution(random), random);
    });
    expect(differing.flat()).toEqual([]);
  });
});
