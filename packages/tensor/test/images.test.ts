import { ShapeError } from "@camada/conv-math";
import { expectClose } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { imageTensor } from "../src/index.ts";

describe("imageTensor", () => {
  it("divides bytes with one float32 rounding", () => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    const x = imageTensor({ data, shape: [1, 1, 16, 16], divisor: 255 });
    expect([...x.dataSync()]).toEqual([...data].map((byte) => Math.fround(byte / 255)));
  });

  it("keeps floats and the order of the axes", () => {
    const x = imageTensor({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 1, 2], divisor: 2 });
    expect(x.shape).toEqual([1, 2, 1, 2]);
    expectClose(x.dataSync(), [0.5, 1, 1.5, 2], { absolute: 0 });
  });

  it("refuses data of another size", () => {
    const call = () => imageTensor({ data: new Uint8Array(3), shape: [1, 1, 2, 2] });
    expect(call).toThrow(ShapeError);
    expect(call).toThrow("imageTensor: expected 4 values for [1, 1, 2, 2], got 3");
  });
});
