import { describe, expect, it } from "vitest";
import { DataFormatError } from "../src/index.ts";
import { untar } from "../src/tar.ts";
import { tarOf } from "./tar-of.ts";

const archive = tarOf({ "d/a.bin": Uint8Array.of(1, 2, 3), "d/b.bin": new Uint8Array(1024).fill(7) });

describe("untar", () => {
  it("finds the regular files", () => {
    const files = untar(archive, "x.tar");
    expect([...files.keys()]).toEqual(["d/a.bin", "d/b.bin"]);
    expect(files.get("d/a.bin")).toEqual(Uint8Array.of(1, 2, 3));
    expect(files.get("d/b.bin")).toEqual(new Uint8Array(1024).fill(7));
  });

  it("refuses truncated archives and other bytes", () => {
    expect(() => untar(archive.subarray(0, 1600), "x.tar")).toThrow(DataFormatError);
    expect(() => untar(archive.subarray(0, 1600), "x.tar")).toThrow(/the archive is truncated$/);
    expect(() => untar(archive.subarray(0, 1024), "x.tar")).toThrow(/the archive is truncated$/);
    expect(() => untar(new Uint8Array(2048).fill(65), "x.tar")).toThrow("x.tar: expected a tar header");
  });
});
