import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CudaCompilationError } from "../../src/compiler/compiler.ts";
import { ImageCache } from "../../src/compiler/image-cache.ts";
import { kernelSource } from "../../src/compiler/kernel-source.ts";
import { loadNvrtc } from "../../src/nvrtc/libnvrtc.ts";
import { Nvrtc, targetFor } from "../../src/nvrtc/nvrtc.ts";
import { VARIANTS, variantsOf } from "./variants.ts";

const package_ = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(package_, "kernels");
const files = readdirSync(folder).filter((file) => file.endsWith(".cu"));

/** Every generation of cards; the newest CUDA at all takes whatever NVRTC this machine has. */
const CAPABILITIES = [
  [7, 0],
  [7, 5],
  [8, 0],
  [8, 6],
  [8, 9],
  [9, 0],
  [10, 0],
  [12, 0],
] as const;
/** A few registers beside a loop cost nothing; more would stand in it. */
const MOST_SPILLED_BYTES = 16;
const library = loadNvrtc([99, 0]);
const known = CAPABILITIES.filter(([major, minor]) => library.architectures.includes(major * 10 + minor));

describe(`NVRTC ${library.version.join(".")}`, () => {
  it("knows some generations of cards", () => {
    expect(known.length).toBeGreaterThan(2);
  });

  it("has definitions for sources that exist alone", () => {
    expect(files).toEqual(expect.arrayContaining(Object.keys(VARIANTS)));
  });

  describe.each(known)("for compute capability %i.%i", (major, minor) => {
    const compiler = new Nvrtc(library, targetFor([major, minor], library.architectures));
    // What compiled once compiles again: only what has changed takes time.
    const cache = new ImageCache(
      join(package_, "node_modules/.cache/nvrtc"),
      `${compiler.version} ${compiler.target.architecture}`,
    );

    it.each(files.filter((file) => variantsOf(file, [major, minor]).length > 0))("compiles %s", (file) => {
      for (const defines of variantsOf(file, [major, minor])) {
        const source = kernelSource(folder, file, defines);
        const cached = cache.read(source);
        const image = cached ?? compiler.compile(file, source);
        if (cached === undefined) cache.write(source, image);
        // An object file, which begins as all of them do.
        expect(new TextDecoder("latin1").decode(image.subarray(0, 4))).toBe("\x7fELF");
      }
    });
  });

  it.runIf(library.architectures.includes(90))(
    "lets products of warpgroups overlap, and spills next to nothing",
    () => {
      const options = ["--gpu-architecture=sm_90a", "--std=c++17", "-default-device", "--ptxas-options=-v"];
      for (const file of ["warpgroup-convolution.cu", "warpgroup-weight-gradient.cu", "warpgroup-product.cu"]) {
        for (const defines of variantsOf(file, [9, 0])) {
          const { log } = library.compile(file, kernelSource(folder, file, defines), options, "CUBIN");
          expect(log).toContain("Used ");
          expect(log).not.toMatch(/serialized/);
          expect(Number(/(\d+) bytes spill stores/.exec(log)?.[1])).toBeLessThanOrEqual(MOST_SPILLED_BYTES);
        }
      }
    },
  );

  it("says where a source is wrong", () => {
    const compiler = new Nvrtc(library, targetFor(known.at(-1)!, library.architectures));
    const wrong = () => compiler.compile("wrong.cu", `#line 1 "wrong.cu"\nextern "C" __global__ void f() { g(); }\n`);
    expect(wrong).toThrow(CudaCompilationError);
    expect(wrong).toThrow(/wrong\.cu\(1\): error: .*"g" is undefined/);
  });
});
