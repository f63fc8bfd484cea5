import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { CudaCompilationError, type Compiler } from "../../src/compiler/compiler.ts";

/** Machines of one kind share a cache; `native` is theirs. Nothing is fused that the source does not fuse. */
const OPTIONS = [
  "-std=c++20",
  // -O2 takes half as long again to compile, which is most of what a kernel costs here: few run for long.
  "-O1",
  "-march=native",
  "-ffp-contract=off",
  "-fno-strict-aliasing",
  "-fwrapv",
  "-fPIC",
  "-fvisibility=hidden",
  "-w",
];

const KERNEL = /extern\s+"C"\s+(?:__global__\s+void|void\s+__global__)\s+(\w+)\s*\(/g;

/** A name for what is written first and then renamed. */
function besideOf(path: string): string {
  return `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`;
}

/** Compiles kernels for the CPU, with the system's C++ compiler. An image is the path of a library. */
export class SimulatedCompiler implements Compiler {
  readonly version: string;
  readonly #folder: string;
  readonly #headers: string;
  readonly #cxx: string;

  /**
   * @param headers folder of `entry.h` and the files beside it.
   * @param folder for the libraries.
   * @throws {Error} when there is no compiler.
   */
  constructor(headers: string, folder: string) {
    this.#headers = headers;
    this.#folder = folder;
    this.#cxx = process.env["CXX"] ?? "c++";
    const [line = ""] = execFileSync(this.#cxx, ["--version"]).toString().split("\n", 1);
    const hash = createHash("sha256").update(OPTIONS.join(" "));
    for (const file of ["device.h", "entry.h", "runtime.cc"]) hash.update(readFileSync(join(headers, file)));
    this.version = `${line}, simulated device ${hash.digest("hex").slice(0, 12)}`;
  }

  compile(file: string, source: string): Uint8Array {
    const entries = this.#kernelNames(file, source).map((name) => `CAMADA_SIMULATED_ENTRY(${name})\n`);
    const text = `#include "entry.h"\n${source}\n${entries.join("")}`;
    const prepared = this.#prepared();
    return new TextEncoder().encode(this.library(file, text, [`-I${prepared}`, join(prepared, "runtime.o")]));
  }

  /**
   * Path of a library, compiled unless it is there.
   * @param more options.
   */
  library(file: string, text: string, more: readonly string[] = []): string {
    const key = createHash("sha256").update(this.version).update(text).digest("hex").slice(0, 32);
    const path = join(this.#folder, `${file.replace(/\W/g, "-")}-${key}.so`);
    if (existsSync(path)) return path;
    mkdirSync(this.#folder, { recursive: true });
    const beside = besideOf(path);
    writeFileSync(`${beside}.cc`, text);
    this.#run(file, [...OPTIONS, "-shared", ...more, `-I${this.#headers}`, "-o", beside, `${beside}.cc`]);
    renameSync(beside, path);
    rmSync(`${beside}.cc`);
    return path;
  }

  /**
   * A folder with what all kernels have in common: `entry.h` as the compiler has read it, which it prefers to the file itself,
   * and the runtime. Without them, a kernel of some lines would take three times as long.
   */
  #prepared(): string {
    const key = createHash("sha256").update(this.version).digest("hex").slice(0, 32);
    const path = join(this.#folder, `prepared-${key}`);
    if (existsSync(path)) return path;
    const beside = besideOf(path);
    mkdirSync(beside, { recursive: true });
    const [header, runtime] = [join(this.#headers, "entry.h"), join(this.#headers, "runtime.cc")];
    try {
      this.#run("entry.h", [...OPTIONS, "-x", "c++-header", "-o", join(beside, "entry.h.gch"), header]);
      this.#run("runtime.cc", [...OPTIONS, "-c", "-o", join(beside, "runtime.o"), runtime]);
      renameSync(beside, path);
    } catch (error) {
      rmSync(beside, { recursive: true, force: true });
      if (!existsSync(path)) throw error; // otherwise another thread was quicker
    }
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
