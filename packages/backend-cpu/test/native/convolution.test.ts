import {
  CASES,
  checkConvolution,
  type ConvolutionCase,
  noErrors,
  RandomCase,
  randomConvolution,
} from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { differingConvolutions, nativeConvolution } from "./convolution-check.ts";

/** Every so many configurations are compared at several numbers of threads too. */
const THREADS_EVERY = 10;

describe.each([
  ["convolution", false],
  ["depthwise convolution", true],
])("%s on the native engine", (name, isDepthwise) => {
  it(`agrees with float64 within the bound of rounding over ${CASES} random configurations`, async ({ annotate }) => {
    const errors = noErrors();
    const differing: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(name, index);
      const test = randomConvolution(random, isDepthwise);
      checkConvolution(nativeConvolution, test, random, errors);
      if (index % THREADS_EVERY === 0) differing.push(...differingConvolutions(test, random));
    }
    for (const [kernel, worst] of Object.entries(errors)) await annotate(`${name}, ${kernel}: ${worst.text}`);
    for (const worst of Object.values(errors)) expect(worst).toSatisfy(isWithinBound, worst.where);
    expect(differing).toEqual([]);
  });
});

const plain = (axes: number): ConvolutionCase["attrs"] => ({
  strides: Array<number>(axes).fill(1),
  padBegin: Array<number>(axes).fill(0),
  padEnd: Array<number>(axes).fill(0),
  dilations: Array<number>(axes).fill(1),
  groups: 1,
  activation: "tanh",
});

describe("convolution on the native engine", () => {
  it("agrees for every count of output columns, and of either kind of channels, from 1 to 33", () => {
    const errors = noErrors();
    for (let tail = 1; tail <= 33; tail++) {
      const cases: ConvolutionCase[] = [
        { x: [2, 2, 3, tail + 2], weight: [3, 2, 2, 3], y: [2, 3, 2, tail], attrs: plain(2), withBias: true },
        { x: [1, tail, 3, 7], weight: [3, tail, 2, 2], y: [1, 3, 2, 6], attrs: plain(2), withBias: true },
        { x: [1, 2, 3, 7], weight: [tail, 2, 2, 2], y: [1, tail, 2, 6], attrs: plain(2), withBias: true },
        { x: [tail, 1, 9], weight: [2, 1, 5], y: [tail, 2, 5], attrs: plain(1), withBias: true },
      ];
      for (const test of cases) {
        checkConvolution(nativeConvolution, test, new RandomCase("tails", tail), errors);
      }
    }
    for (const worst of Object.values(errors)) expect(worst).toSatisfy(isWithinBound, worst.where);
  });

  it("agrees for kernels that pass over positions, with every number of columns from 1 to 33", () => {
    const errors = noErrors();
    for (let columns = 1; columns <= 33; columns++) {
      for (const stride of [2, 3]) {
        const [strides, width] = [[1, stride], (columns - 1) * stride + 1];
        const cases: ConvolutionCase[] = [
          // The last column is the last of the row, or another one follows that nobody sees.
          {
            x: [3, 5, 4, width],
            weight: [9, 5, 1, 1],
            y: [3, 9, 4, columns],
            attrs: { ...plain(2), strides },
            withBias: true,
          },
          {
            x: [1, 9, 7, width + 1],
            weight: [2, 9, 1, 1],
            y: [1, 2, 3, columns],
            attrs: { ...plain(2), strides: [3, stride] },
            withBias: false,
          },
          {
            x: [2, 8, 5, width + 2],
            weight: [8, 1, 3, 3],
            y: [2, 8, 3, columns],
            attrs: { ...plain(2), strides: [1, stride], groups: 8 },
            withBias: true,
          },
          {
            x: [2, 3, 5, width + 2],
            weight: [4, 3, 3, 3],
            y: [2, 4, 2, columns],
            attrs: { ...plain(2), strides: [2, stride] },
            withBias: true,
          },
        ];
        for (const test of cases) checkConvolution(nativeConvolution, test, new RandomCase("strides", columns), errors);
      }
    }
    for (const worst of Object.values(errors)) expect(worst).toSatisfy(isWithinBound, worst.where);
  });

  it("has the same bits at any number of threads where work is cut into many chunks", () => {
    const cases: ConvolutionCase[] = [
      { x: [16, 16, 24, 24], weight: [40, 16, 5, 5], y: [16, 40, 20, 20], attrs: plain(2), withBias: true },
      { x: [9, 1, 32, 32], weight: [6, 1, 5, 5], y: [9, 6, 28, 28], attrs: plain(2), withBias: true },
      { x: [2, 64, 7, 7], weight: [128, 64, 3, 3], y: [2, 128, 5, 5], attrs: plain(2), withBias: true },
      {
        x: [4, 48, 30, 30],
        weight: [48, 1, 3, 3],
        y: [4, 48, 28, 28],
        attrs: { ...plain(2), groups: 48 },
        withBias: true,
      },
    ];
    expect(cases.flatMap((test, at) => differingConvolutions(test, new RandomCase("threads", at)))).toEqual([]);
  });
});

function isWithinBound({ overBound }: { readonly overBound: number }): boolean {
  return overBound <= 1;
}
