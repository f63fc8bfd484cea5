import { describe, expect, it } from "vitest";
import { centredDigit, fittedPicture, PICTURE_SIDE } from "../../src/web/training/centred-picture.ts";

/** A bright rectangle on black. */
function rectangle(width: number, height: number, left: number, top: number, w: number, h: number) {
  const pixels = new Uint8Array(width * height);
  for (let y = top; y < top + h; y++) pixels.fill(255, y * width + left, y * width + left + w);
  return { width, height, pixels };
}

/** Rows or columns that hold ink, first and last. */
function extent(picture: Uint8Array, axis: "x" | "y"): [number, number] {
  const places = [...picture].flatMap((value, i) => {
    if (value === 0) return [];
    return [axis === "x" ? i % PICTURE_SIDE : Math.floor(i / PICTURE_SIDE)];
  });
  return [Math.min(...places), Math.max(...places)];
}

describe("centredDigit", () => {
  it("fits a digit's longer side into 20 pixels, in the middle of 28", () => {
    const digit = centredDigit(rectangle(280, 280, 10, 30, 40, 80));
    expect(extent(digit, "y")).toEqual([4, 23]);
    expect(extent(digit, "x")).toEqual([9, 18]);
    expect(Math.max(...digit)).toBe(255);
  });

  it("gives the same for the same ink anywhere and at any size", () => {
    const expected = centredDigit(rectangle(280, 280, 0, 0, 60, 100));
    expect(centredDigit(rectangle(280, 280, 200, 150, 60, 100))).toEqual(expected);
    expect(centredDigit(rectangle(3000, 200, 11, 7, 120, 200 - 7))).toHaveLength(PICTURE_SIDE ** 2);
    expect(centredDigit(rectangle(1400, 1400, 5, 5, 300, 500))).toEqual(expected);
  });

  it("moves the centre of mass, not the box, to the middle", () => {
    const stroke = rectangle(100, 100, 0, 0, 10, 80);
    // A faint dot far to the right widens the box and hardly moves the mass.
    stroke.pixels[50] = 64;
    const digit = centredDigit(stroke);
    const mass = [...digit].reduce((sum, value) => sum + value, 0);
    const x = [...digit].reduce((sum, value, i) => sum + value * ((i % PICTURE_SIDE) + 0.5), 0) / mass;
    expect(Math.abs(x - PICTURE_SIDE / 2)).toBeLessThanOrEqual(0.6);
  });

  it("is black where there is no ink, and takes a single pixel", () => {
    expect(Math.max(...centredDigit(rectangle(280, 280, 0, 0, 0, 0)))).toBe(0);
    expect(Math.max(...centredDigit(rectangle(1, 1, 0, 0, 1, 1)))).toBe(255);
  });
});

describe("fittedPicture", () => {
  it("keeps a picture of 28 × 28 as it is", () => {
    const picture = rectangle(28, 28, 3, 5, 17, 9);
    expect(fittedPicture(picture)).toEqual(picture.pixels);
  });

  it("fits wide and tall pictures of any size between black bars", () => {
    expect(extent(fittedPicture(rectangle(5600, 560, 0, 0, 5600, 560)), "y")).toEqual([12, 14]);
    expect(extent(fittedPicture(rectangle(1, 4, 0, 0, 1, 4)), "x")).toEqual([10, 16]);
  });
});
