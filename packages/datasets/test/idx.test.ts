import { describe, expect, it } from "vitest";
import { DataFormatError, decodeIdx, decodeIdxImages, decodeIdxLabels } from "../src/index.ts";
import { encodeIdx } from "./encode-idx.ts";

function refusal(run: () => unknown): DataFormatError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataFormatError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("decodeIdx", () => {
  it("decodes every element type, big-endian", () => {
    const header = (type: number, count: number) => [0, 0, type, 1, 0, 0, 0, count];
    const decode = (...bytes: number[]) => decodeIdx(Uint8Array.from(bytes), "x");
    expect(decode(...header(0x08, 2), 1, 255).data).toEqual(Uint8Array.of(1, 255));
    expect(decode(...header(0x09, 2), 1, 255).data).toEqual(Int8Array.of(1, -1));
    expect(decode(...header(0x0b, 1), 0xff, 0xfe).data).toEqual(Int16Array.of(-2));
    expect(decode(...header(0x0c, 1), 0, 1, 0, 2).data).toEqual(Int32Array.of(65538));
    expect(decode(...header(0x0d, 1), 0x3f, 0xc0, 0, 0).data).toEqual(Float32Array.of(1.5));
    expect(decode(...header(0x0e, 1), 0xc0, 0x04, 0, 0, 0, 0, 0, 0).data).toEqual(Float64Array.of(-2.5));
  });

  it("decodes any rank, from the middle of a buffer too", () => {
    const file = encodeIdx([2, 1, 2, 3], [...Array(12).keys()]);
    const inside = new Uint8Array([9, 9, 9, ...file]).subarray(3);
    const { data, shape } = decodeIdx(inside, "x");
    expect(shape).toEqual([2, 1, 2, 3]);
    expect([...data]).toEqual([...Array(12).keys()]);
  });

  it("refuses a wrong magic number", () => {
    const error = refusal(() => decodeIdx(new TextEncoder().encode("<!DOCTYPE html>"), "page.html"));
    expect(error).toMatchObject({
      source: "page.html",
      expected: "an IDX magic number (00 00, element type, number of axes)",
      got: '3c 21 44 4f ("<!DO")',
    });
    expect(refusal(() => decodeIdx(new Uint8Array(), "x")).got).toBe("an empty file");
    expect(refusal(() => decodeIdx(Uint8Array.of(0, 0, 7, 1), "x")).got).toBe("00 00 07 01");
  });

  it("refuses a truncated file, a truncated header and trailing bytes", () => {
    const file = encodeIdx([2, 2], [1, 2, 3, 4]);
    const short = refusal(() => decodeIdx(file.subarray(0, 15), "a"));
    expect(short.message).toBe("a: expected 16 bytes for shape [2, 2], got 15 bytes; the file is truncated");
    const long = refusal(() => decodeIdx(new Uint8Array([...file, 0]), "b"));
    expect(long.message).toBe("b: expected 16 bytes for shape [2, 2], got 17 bytes; the file has trailing bytes");
    const headless = refusal(() => decodeIdx(file.subarray(0, 9), "c"));
    expect(headless).toMatchObject({ source: "c", expected: "a header of 12 bytes", got: "9 bytes" });
  });

  it("refuses a count beyond the file without allocating it", () => {
    const file = encodeIdx([0xffffffff, 28, 28], []);
    expect(refusal(() => decodeIdx(file, "x")).got).toBe("16 bytes");
  });
});

describe("decodeIdxImages and decodeIdxLabels", () => {
  it("give pictures as [n, h, w, 1] on the file's own memory, and labels as int32", () => {
    const file = encodeIdx([2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const images = decodeIdxImages(file, "x");
    expect(images).toMatchObject({ shape: [2, 1, 3, 1], layout: "NHWC", divisor: 1 });
    expect(images.data.buffer).toBe(file.buffer);
    expect([...images.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(decodeIdxLabels(encodeIdx([3], [0, 9, 4]), "x", 10)).toEqual(Int32Array.of(0, 9, 4));
  });

  it("do not take labels for pictures, nor the reverse", () => {
    const labels = encodeIdx([3], [0, 1, 2]);
    const images = encodeIdx([1, 1, 1], [0]);
    expect(refusal(() => decodeIdxImages(labels, "l"))).toMatchObject({
      expected: "the magic number of images, 00 00 08 03",
      got: "00 00 08 01",
    });
    expect(refusal(() => decodeIdxLabels(images, "i"))).toMatchObject({
      expected: "the magic number of labels, 00 00 08 01",
      got: "00 00 08 03",
    });
  });

  it("refuse labels out of range, and no pictures at all", () => {
    const error = refusal(() => decodeIdxLabels(encodeIdx([3], [0, 10, 2]), "l", 10));
    expect(error).toMatchObject({ expected: "labels from 0 to 9", got: "10 at index 1" });
    expect(refusal(() => decodeIdxImages(encodeIdx([0, 28, 28], []), "i")).got).toBe("shape [0, 28, 28]");
  });
});
