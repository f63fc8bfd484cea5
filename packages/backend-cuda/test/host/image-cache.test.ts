import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ImageCache } from "../../src/compiler/image-cache.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "camada-cache-"))));
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const image = Uint8Array.of(1, 2, 3, 250);
const cacheOf = (target: string) => new ImageCache(join(folder, "deep", "er"), target);
const files = () => readdirSync(join(folder, "deep", "er"));

describe("ImageCache", () => {
  it("gives back what it keeps, to another process too", () => {
    cacheOf("NVRTC 13.0 sm_90a").write("source", image);
    expect(Uint8Array.from(cacheOf("NVRTC 13.0 sm_90a").read("source") ?? [])).toEqual(image);
    expect(files()).toHaveLength(1);
  });

  it.each([
    ["another source", "NVRTC 13.0 sm_90a", "source2"],
    ["another architecture", "NVRTC 13.0 sm_80", "source"],
    ["another compiler", "NVRTC 12.9 sm_90a", "source"],
  ])("has nothing for %s", (_, target, source) => {
    cacheOf("NVRTC 13.0 sm_90a").write("source", image);
    expect(cacheOf(target).read(source)).toBeUndefined();
  });

  it.each([
    ["cut", (bytes: Buffer) => bytes.subarray(0, -1)],
    ["empty", () => Buffer.alloc(0)],
    ["changed", (bytes: Buffer) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))],
  ])("takes a file that was %s for absent, and replaces it", (_, damage) => {
    const cache = cacheOf("sm_90a");
    cache.write("source", image);
    const path = join(folder, "deep", "er", files()[0]!);
    writeFileSync(path, damage(readFileSync(path)));
    expect(cache.read("source")).toBeUndefined();
    cache.write("source", image);
    expect(cache.read("source")).toHaveLength(4);
  });

  it("does without a folder that is a file", () => {
    writeFileSync(join(folder, "file"), "");
    const cache = new ImageCache(join(folder, "file", "cache"), "sm_90a");
    cache.write("source", image);
    expect(cache.read("source")).toBeUndefined();
  });
});
