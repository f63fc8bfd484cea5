import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOptionalLibrary, type OptionalLibrary } from "../../src/doctor/optional-libraries.ts";
import { libraryCandidates } from "../../src/libraries/find-library.ts";
import { SimulatedCompiler } from "./simulated-compiler.ts";

/** A library of ours that answers as all of NVIDIA's do: only where it lies, and under which name, differs. */
const STAND_IN = `
#define CAMADA_ANSWER extern "C" __attribute__((visibility("default")))
CAMADA_ANSWER int cudaRuntimeGetVersion(int* version) { return *version = 13010, 0; }
CAMADA_ANSWER unsigned long cudnnGetVersion() { return 91400; }
CAMADA_ANSWER unsigned long cublasLtGetVersion() { return 130102; }
CAMADA_ANSWER int ncclGetVersion(int* version) { return *version = 22703, 0; }
`;

const here = fileURLToPath(new URL(".", import.meta.url));
let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "camada-libraries-"));
  const file = new SimulatedCompiler(here, join(here, "../../node_modules/.cache/simulated")).library(
    "stand-in.cc",
    STAND_IN,
  );
  const site = join(root, "lib/python3.12/site-packages/nvidia");
  for (const path of ["cu13/lib/libcudart.so.13", "cudnn/lib/libcudnn.so.9", "cublas/lib/libcublasLt.so.12"]) {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    copyFileSync(file, join(site, path));
  }
  mkdirSync(join(site, "nccl/lib"), { recursive: true });
  writeFileSync(join(site, "nccl/lib/libnccl.so.2"), "half a library");
});
afterAll(() => rmSync(root, { recursive: true }));

/** In our folder alone: the machine may have the libraries too. */
const found = (name: OptionalLibrary) => {
  return findOptionalLibrary(name, (library) =>
    [...libraryCandidates(library, { VIRTUAL_ENV: root })].filter(({ file }) => file.startsWith(root)),
  );
};

describe("findOptionalLibrary", () => {
  it.each([
    ["runtime", "cu13/lib/libcudart.so.13", "13.1"],
    ["cudnn", "cudnn/lib/libcudnn.so.9", "9.14.0"],
    ["cublas", "cublas/lib/libcublasLt.so.12", "13.1.2"],
  ] as const)("finds %s in a Python environment and reads its version", (name, path, version) => {
    const library = found(name);
    expect(library?.version).toBe(version);
    expect(library?.file).toBe(join(root, "lib/python3.12/site-packages/nvidia", path));
  });

  it("passes over a library that does not load", () => {
    expect(found("nccl")).toBeUndefined();
  });
});
