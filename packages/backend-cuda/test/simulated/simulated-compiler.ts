import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { CudaCompilationError, type Compiler } from "../../src/compiler/compiler.ts";

/** Machines of one kind share a cache; `native` is theirs. Nothing is fused that the source does not fuse. */
const OPTIONS = [
  "-std=c++20",
  "-O2",
  "-march=native",
  "-ffp-contract=off",
  "-fno-strict-aliasing",
  "-fwrapv",
  "-fPIC",
  "-shared",
  "-fvisibility=hidden",
  "-w",
];

const KERNEL = /extern\s+"C"\s+(?:__global__\s+void|void\s+__global__)\s+(\w+)\s*\(/g;

/** Compiles kernels for the CPU, with the system's C++ compiler. An image is the path of a library. */
export class SimulatedCompiler implements Compiler {
  readonly version: string;
  readonly #folder: string;
  readonly #headers: string;
  readonly #cxx: string;

  /**
   * @param headers folder of `device.h` and `runtime.h`.
   * @param folder for the libraries.
   * @throws {Error} when there is no compiler.
   */
  constructor(headers: string, folder: string) {
    this.#headers = headers;
    this.#folder = folder;
    this.#cxx = process.env["CXX"] ?? "c++";
    const [line = ""] = execFileSync(this.#cxx, ["--version"]).toString().split("\n", 1);
    const hash = createHash("sha256").update(OPTIONS.join(" "));
    for (const file of ["device.h", "runtime.h"]) hash.update(readFileSync(join(headers, file)));
    this.version = `${line}, simulated device ${hash.digest("hex").slice(0, 12)}`;
  }

  compile(file: string, source: string): Uint8Array {
    const entries = this.#kernelNames(file, source).map((name) => `CAMADA_SIMULATED_ENTRY(${name})\n`);
    const text = `#include "device.h"\n${source}\n#include "runtime.h"\n${entries.join("")}`;
    return new TextEncoder().encode(this.library(file, text));
  }

  /** Path of a library, compiled unless it is there. */
  library(file: string, text: string): string {
    const key = createHash("sha256").update(this.version).update(text).digest("hex").slice(0, 32);
    const path = join(this.#folder, `${file.replace(/\W/g, "-")}-${key}.so`);
    if (existsSync(path)) return path;
    mkdirSync(this.#folder, { recursive: true });
    const beside = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`;
    writeFileSync(`${beside}.cc`, text);
    this.#run(file, [...OPTIONS, `-I${this.#headers}`, "-o", beside, `${beside}.cc`]);
    renameSync(beside, path);
    rmSync(`${beside}.cc`);
    return path;
  }

  /** Entry points after the preprocessor: macros may make them. */
  #kernelNames(file: string, source: string): string[] {
    const options = ["-E", "-P", "-x", "c++", "-DCAMADA_SIMULATED=1", "-D__launch_bounds__(...)=", "-"];
    return [...this.#run(file, options, source).matchAll(KERNEL)].map((match) => match[1]!);
  }

  #run(file: string, options: readonly string[], input?: string): string {
    try {
      const stdio = ["pipe", "pipe", "pipe"] as const;
      const maxBuffer = 2 ** 28;
      return execFileSync(this.#cxx, options, { input: input ?? "", stdio: [...stdio], maxBuffer }).toString();
    } catch (error) {
      const { stderr } = error as { readonly stderr?: Buffer };
      throw new CudaCompilationError(file, "the simulation's compiler", stderr?.toString() ?? String(error));
    }
  }
}
