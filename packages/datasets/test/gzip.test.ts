import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataFormatError } from "../src/index.ts";
import { gunzip } from "../src/web.ts";

const plain = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);
const packed = new Uint8Array(gzipSync(plain));

describe("gunzip", () => {
  it("gives back what zlib compressed", async () => {
    expect(await gunzip(packed, "x")).toEqual(plain);
  });

  it.each([
    ["truncated in the middle", packed.subarray(0, packed.length / 2)],
    ["truncated at the end", packed.subarray(0, packed.length - 1)],
    ["too short for any gzip", packed.subarray(0, 10)],
    ["with a byte changed", packed.map((byte, i) => (i === 100 ? byte ^ 1 : byte))],
    ["with a wrong CRC", packed.map((byte, i) => (i === packed.length - 8 ? byte ^ 1 : byte))],
    ["with an impossible length", packed.map((byte, i) => (i === packed.length - 1 ? 0xff : byte))],
  ])("refuses a file %s", async (_, bytes) => {
    await expect(gunzip(bytes, "some.gz")).rejects.toThrow(DataFormatError);
    await expect(gunzip(bytes, "some.gz")).rejects.toThrow(/^some\.gz: expected a whole gzip file, got /);
  });
});
