import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { DataAccessError, DataFormatError, Resize } from "../../src/index.ts";
import { mt19937 } from "../../src/mt19937.ts";
import { imageFolder } from "../../src/node.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** PNG files as cv2.imencode of OpenCV 5.0.0 wrote them. */
const BILEVEL_10_BY_2 =
  "89504e470d0a1a0a0000000d494844520000000a000000020100000000491a707d0000000e49444154081d638cd0608cd00000033f01037cd8" +
  "32760000000049454e44ae426082";
const RGB_3_BY_2 =
  "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d0000001549444154081d6394e163d00203c6593d755a6000" +
  "00213a03c9ebdecfeb0000000049454e44ae426082";
const GREY_16_BIT_3_BY_2 =
  "89504e470d0a1a0a0000000d4948445200000003000000021000000000e88fe5850000001649444154081d63646050d650d660ccac50d650d6" +
  "00000bef021063423fdd0000000049454e44ae426082";

function folderOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const root = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

async function pixels(content: Uint8Array, channels: 1 | 3): Promise<number[]> {
  const data = await imageFolder(folderOf({ "a/x.png": content }), { channels });
  return [...data.get(0).image.data];
}

describe("imageFolder", () => {
  it("numbers classes and files in alphabetical order, and ignores the rest", async () => {
    const png = (value: number) => encode({ width: 1, height: 2, channels: 1, data: Uint8Array.of(value, value) });
    const root = folderOf({
      "zebra/2.png": png(3),
      "zebra/10.PNG": png(2),
      "ape/1.png": png(1),
      "ape/notes.txt": "x",
      "readme.md": "x",
    });
    const data = await imageFolder(root, { channels: 1 });
    expect(data.classNames).toEqual(["ape", "zebra"]);
    expect([...data].map(({ image, label }) => [label, image.data[0]])).toEqual([
      [0, 1],
      [1, 2],
      [1, 3],
    ]);
    expect(data.get(0).image.shape).toEqual([2, 1, 1]);
    expect(data.transformFirst(new Resize(4)).materialize().length).toBe(3);
  });

  it("reads RGB, one bit, 16 bits, palettes and transparency", async () => {
    const rgb = [28, 14, 0, 70, 56, 42, 112, 98, 84, 154, 140, 126, 196, 182, 168, 238, 224, 210];
    expect(await pixels(Buffer.from(RGB_3_BY_2, "hex"), 3)).toEqual(rgb);
    const bits = [0, 255, 0, 255, 255, 0, 0, 0, 255, 0];
    expect(await pixels(Buffer.from(BILEVEL_10_BY_2, "hex"), 1)).toEqual([...bits, ...bits]);
    const high = [0, 9000, 18000, 27000, 36000, 45000].map((value) => value >> 8);
    expect(await pixels(Buffer.from(GREY_16_BIT_3_BY_2, "hex"), 1)).toEqual(high);
    const palette = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const indexed = { width: 2, height: 1, channels: 1, depth: 8, palette, data: Uint8Array.of(1, 0) } as const;
    expect(await pixels(encode(indexed), 3)).toEqual([4, 5, 6, 1, 2, 3]);
    const transparent = { width: 1, height: 1, channels: 4, data: Uint8Array.of(9, 8, 7, 0) };
    expect(await pixels(encode(transparent), 3)).toEqual([9, 8, 7]);
    const greyAlpha = { width: 1, height: 1, channels: 2, data: Uint8Array.of(9, 8) };
    expect(await pixels(encode(greyAlpha), 3)).toEqual([9, 9, 9]);
  });

  it("turns colour into OpenCV's grey", async () => {
    // scripts/golden-numbers.py, OpenCV 5.0.0: ten colours drawn after 946,297 numbers for the resizes.
    const words = mt19937(0);
    for (let drawn = 0; drawn < 946_297; drawn++) words.uint32();
    const data = Uint8Array.from({ length: 30 }, () => words.uint32() & 0xff);
    const grey = [150, 56, 143, 109, 167, 97, 197, 164, 161, 67];
    expect(await pixels(encode({ width: 5, height: 2, channels: 3, data }), 1)).toEqual(grey);
  });

  it("refuses what is no PNG, an empty folder and a missing one", async () => {
    const bad = folderOf({ "a/x.png": "not a picture" });
    const error: unknown = await imageFolder(bad).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error).toMatchObject({ source: join(bad, "a", "x.png"), expected: "a PNG image" });
    const empty = temporaryFolder();
    await expect(imageFolder(empty)).rejects.toThrow(
      `${empty}: expected a subfolder per class, with PNG files, got none`,
    );
    const missing: unknown = await imageFolder(join(empty, "x")).catch((e: unknown) => e);
    expect(missing).toBeInstanceOf(DataAccessError);
    expect(missing).toMatchObject({ path: join(empty, "x"), got: "ENOENT (no such file or folder)" });
  });
});
