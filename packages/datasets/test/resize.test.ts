import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeIdxImages, resizeBilinear } from "../src/index.ts";
import { mt19937 } from "../src/mt19937.ts";

/** scripts/golden-numbers.py, OpenCV 5.0.0, NumPy 2.4.6: h, w, c, new h, new w, first digits of the sha256. */
const GOLDEN = [
  [28, 28, 1, 32, 32, "13e913a1d9194f6d"],
  [28, 28, 1, 224, 224, "1c24d9f68363cee8"],
  [28, 28, 1, 14, 14, "becce241cfef2220"],
  [28, 28, 3, 20, 20, "6aefbecd02589927"],
  [28, 28, 3, 29, 29, "d75baccc78c65d38"],
  [28, 28, 1, 40, 64, "9d48b01b0f03e266"],
  [28, 28, 3, 227, 227, "2f0d33c71a7d25fa"],
  [32, 32, 3, 28, 28, "1bfecd32b99b412c"],
  [7, 13, 3, 5, 31, "0b8beabe030763d9"],
  [1, 1, 1, 4, 4, "7020373caed49533"],
  [5, 1, 1, 3, 7, "2c1b6c47b7562076"],
  [2, 9, 3, 9, 2, "11e8fe38756782c7"],
  [100, 37, 3, 11, 13, "4243abb46c6b95da"],
  [480, 640, 3, 224, 224, "8b56006bc34a8933"],
] as const;

const FASHION_MNIST = "/usr/share/datasets/fashion-mnist";

describe("resizeBilinear", () => {
  it("gives OpenCV's bytes for pictures of noise in many sizes", () => {
    const words = mt19937(0); // randint(0, 256) of NumPy's RandomState keeps the low byte of each word
    for (const [h, w, c, newH, newW, digest] of GOLDEN) {
      const picture = Uint8Array.from({ length: h * w * c }, () => words.uint32() & 0xff);
      const resized = resizeBilinear(picture, h, w, c, newH, newW);
      const sha256 = createHash("sha256").update(resized).digest("hex");
      expect([h, w, c, newH, newW, sha256.slice(0, 16)]).toEqual([h, w, c, newH, newW, digest]);
    }
  });

  it("halves by rounding the mean of four", () => {
    expect([...resizeBilinear(Uint8Array.of(10, 11, 11, 12, 0, 0, 0, 1), 2, 4, 1, 1, 2)]).toEqual([5, 6]);
  });

  it("leaves a picture of the same size as it is", () => {
    const picture = Uint8Array.from({ length: 256 * 3 }, (_, i) => i % 256);
    expect(resizeBilinear(picture, 16, 16, 3, 16, 16)).toEqual(picture);
  });

  it("resizes all 70,000 pictures of Fashion-MNIST from 28 to 32 as OpenCV does", ({ skip }) => {
    if (!existsSync(FASHION_MNIST)) {
      const reason = `${FASHION_MNIST} is missing; apt install dataset-fashion-mnist`;
      expect(process.env["CI"], reason).not.toBe("true");
      skip(reason);
    }
    // scripts/resize-with-opencv.py, OpenCV 5.0.0: no pixel of the 71,680,000 differs.
    const expected = "8a37bfb11e10e95b04b60f9681d3f39d6f4bb35035c32148c7ac33f906660a6a";
    const sha256 = createHash("sha256");
    for (const split of ["train", "t10k"]) {
      const path = `${FASHION_MNIST}/${split}-images-idx3-ubyte.gz`;
      const { data, shape } = decodeIdxImages(gunzipSync(readFileSync(path)), path);
      for (let i = 0; i < shape[0]; i++) {
        const picture = data.subarray(784 * i, 784 * (i + 1)) as Uint8Array;
        sha256.update(resizeBilinear(picture, 28, 28, 1, 32, 32));
      }
    }
    expect(sha256.digest("hex")).toBe(expected);
  });
});
