import { describe, expect, it } from "vitest";
import {
  receptiveFieldAt,
  receptiveFields,
  referenceConvolution,
  type ShapedArray,
  stackSizes,
  type WindowLayer,
} from "../src/index.ts";
import { expectShapeError } from "./expect-shape-error.ts";

const conv = (kernelSize: number, strides = 1, padding = 0): WindowLayer => ({ kernelSize, strides, padding });

describe("receptiveFields", () => {
  it("grows to 13 pixels in the lesson's three 5x5 layers", () => {
    const fields = receptiveFields([conv(5), conv(5), conv(5)], 2);
    expect(fields.map(([vertical]) => vertical!.size)).toEqual([5, 9, 13]);
    expect(fields[2]).toEqual([
      { size: 13, jump: 1, start: 0, center: 6 },
      { size: 13, jump: 1, start: 0, center: 6 },
    ]);
  });

  it("gives the published values of AlexNet v2 and VGG-16", () => {
    // Araujo, Norris, Sim, Distill 2019, table of convnets: 195 / 32 / 64 and 212 / 32 / 90 (size, stride, padding)
    const alexNet = [
      conv(11, 4),
      conv(3, 2),
      conv(5, 1, 2),
      conv(3, 2),
      conv(3, 1, 1),
      conv(3, 1, 1),
      conv(3, 1, 1),
      conv(3, 2),
    ];
    const vgg = [2, 2, 3, 3, 3].flatMap((depth) => [...Array.from({ length: depth }, () => conv(3, 1, 1)), conv(2, 2)]);
    expect(receptiveFields(alexNet, 1).at(-1)).toEqual([{ size: 195, jump: 32, start: -64, center: 33 }]);
    expect(receptiveFields(vgg, 1).at(-1)).toEqual([{ size: 212, jump: 32, start: -90, center: 15.5 }]);
  });

  it("differs by axis, and takes the padding before", () => {
    const layers: WindowLayer[] = [
      { kernelSize: [3, 5], strides: [1, 2], padding: [[1, 0], 2] },
      { kernelSize: 3, dilation: [2, 1] },
    ];
    expect(receptiveFields(layers, 2)).toEqual([
      [
        { size: 3, jump: 1, start: -1, center: 0 },
        { size: 5, jump: 2, start: -2, center: 0 },
      ],
      [
        { size: 7, jump: 1, start: -1, center: 2 },
        { size: 9, jump: 2, start: -2, center: 2 },
      ],
    ]);
  });

  it("refuses bad options", () => {
    expectShapeError(
      () => receptiveFields([{ kernelSize: [3, 3, 3] }], 2),
      "receptiveFields",
      "kernelSize to be one integer or 2 integers of at least 1",
      "[3, 3, 3]",
    );
    expectShapeError(
      () => receptiveFields([], 0),
      "receptiveFields",
      "spatialRank to be an integer of at least 1",
      "0",
    );
  });
});

describe("stackSizes", () => {
  it("lists the size after each layer", () => {
    expect(stackSizes([32, 32], [conv(5), conv(5), conv(5)])).toEqual([
      [28, 28],
      [24, 24],
      [20, 20],
    ]);
    expect(stackSizes([5], [{ kernelSize: 2, strides: 2, ceilMode: true }])).toEqual([[3]]);
    expect(
      stackSizes(
        [240],
        Array.from({ length: 10 }, () => conv(5)),
      ).at(-1),
    ).toEqual([200]);
  });

  it("refuses a layer that no longer fits", () => {
    expectShapeError(
      () => stackSizes([9, 7], [conv(5), conv(5)]),
      "stackSizes",
      "a kernel of at most 3 on spatial axis 1, the padded input",
      "5",
      "input 3, padding 0 before and 0 after",
    );
  });
});

describe("receptiveFieldAt", () => {
  it("gives the whole field and the part inside the image", () => {
    const layers = [conv(3, 1, 1), conv(3, 2, 1)];
    expect(receptiveFieldAt(layers, [0, 2], [6, 6])).toEqual([
      { unclipped: { first: -2, last: 2 }, clipped: { first: 0, last: 2 }, pixels: [0, 1, 2] },
      { unclipped: { first: 2, last: 6 }, clipped: { first: 2, last: 5 }, pixels: [2, 3, 4, 5] },
    ]);
  });

  it("knows holes, and fields of padding only", () => {
    const [holes] = receptiveFieldAt([{ kernelSize: 3, dilation: 3, padding: 1 }], [0], [8]);
    expect(holes).toEqual({ unclipped: { first: -1, last: 5 }, clipped: { first: 2, last: 5 }, pixels: [2, 5] });
    const [outside] = receptiveFieldAt([{ kernelSize: 2, padding: 3 }], [0], [4]);
    expect(outside).toEqual({ unclipped: { first: -3, last: -2 }, clipped: undefined, pixels: [] });
  });

  it("finds exactly the pixels that change the output", () => {
    const stacks: WindowLayer[][] = [
      [conv(3), conv(2, 2)],
      [conv(3, 2, 1), conv(3, 2, 1), conv(2)],
      [{ kernelSize: 2, dilation: 3, padding: [[2, 1]] }, conv(3, 3, 2)],
      [conv(1, 2), { kernelSize: 3, dilation: 2, strides: 2, padding: 2 }],
      [conv(3, 3), conv(2, 1, 1), conv(3, 1, 1)],
    ];
    for (const layers of stacks) {
      for (let n = 11; n <= 16; n++) {
        const outputs = stackSizes([n], layers).at(-1)![0]!;
        const reached = Array.from({ length: n }, (_, pixel) => respond(layers, n, pixel));
        for (let output = 0; output < outputs; output++) {
          const changing = reached.flatMap((response, pixel) => (response[output] === 0 ? [] : [pixel]));
          const [view] = receptiveFieldAt(layers, [output], [n]);
          expect(view!.pixels).toEqual(changing);
          for (const pixel of changing) {
            expect(pixel).toBeGreaterThanOrEqual(view!.unclipped.first);
            expect(pixel).toBeLessThanOrEqual(view!.unclipped.last);
          }
        }
      }
    }
  });

  it("refuses a position outside the output, an empty stack and a stack that does not fit", () => {
    const op = "receptiveFieldAt";
    expectShapeError(
      () => receptiveFieldAt([conv(3)], [0], [2]),
      op,
      "a kernel of at most 2 on spatial axis 0, the padded input",
      "3",
      "input 2, padding 0 before and 0 after",
    );
    expectShapeError(
      () => receptiveFieldAt([conv(3)], [4, 6], [8, 8]),
      op,
      "position inside the output [6, 6]",
      "[4, 6]",
    );
    expectShapeError(
      () => receptiveFieldAt([], [0], [8]),
      op,
      "the number of layers to be an integer of at least 1",
      "0",
    );
  });
});

/** Output of a stack of all-ones kernels for one lit pixel. */
function respond(layers: readonly WindowLayer[], n: number, pixel: number): ArrayLike<number> {
  const lit = Float64Array.from({ length: n }, (_, i) => (i === pixel ? 1 : 0));
  let x: ShapedArray = { shape: [1, 1, n], data: lit };
  for (const { kernelSize, ...options } of layers) {
    const size = kernelSize as number;
    x = referenceConvolution(x, { shape: [1, 1, size], data: new Float64Array(size).fill(1) }, options);
  }
  return x.data;
}
