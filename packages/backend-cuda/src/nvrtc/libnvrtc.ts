import { existsSync, readdirSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import koffi, { type LibraryHandle } from "koffi";
import { CudaDriverError } from "../driver/errors.ts";
import { nvrtcCandidates, NVRTC_VARIABLE } from "./find-nvrtc.ts";

const COMPILATION = 6;

type Call = (...args: unknown[]) => number;

/** Libraries that were loaded for others: when their handles are collected they are unloaded. */
const companions: LibraryHandle[] = [];

/** What a compilation gave. */
export interface NvrtcOutcome {
  /** Machine code or PTX; absent when the source has errors. */
  readonly image?: Uint8Array;
  readonly log: string;
}

/** NVIDIA's compiler, loaded. */
export class LibNvrtc {
  /** Where it was found. */
  readonly file: string;
  readonly version: readonly [major: number, minor: number];
  /** Compute capabilities that it compiles for, e.g. 90, ascending. */
  readonly architectures: readonly number[];
  readonly #library: LibraryHandle;
  readonly #create: Call;
  readonly #destroy: Call;
  readonly #compile: Call;

  /** @throws {Error} when the library cannot be loaded or lacks a function. */
  constructor(file: string) {
    this.file = file;
    loadCompanions(file);
    const library = koffi.load(file);
    this.#library = library;
    this.#create = library.func("nvrtcCreateProgram", "int", ["void*", "str", "str", "int", "void*", "void*"]) as Call;
    this.#destroy = library.func("nvrtcDestroyProgram", "int", ["void*"]) as Call;
    this.#compile = library.func("nvrtcCompileProgram", "int", ["uintptr_t", "int", "const char**"]) as Call;
    const numbers = new Int32Array(2);
    const version = library.func("nvrtcVersion", "int", ["void*", "void*"]) as Call;
    this.#check("nvrtcVersion", version(numbers.subarray(0, 1), numbers.subarray(1, 2)));
    this.version = [numbers[0]!, numbers[1]!];
    this.architectures = this.#architectures();
  }

  /**
   * Compiles a program.
   * @param kind what to give: `CUBIN` is machine code, `PTX` is left to the driver.
   * @throws {CudaDriverError} when the compiler itself fails.
   */
  compile(name: string, source: string, options: readonly string[], kind: "CUBIN" | "PTX"): NvrtcOutcome {
    const handle = new BigUint64Array(1);
    this.#check("nvrtcCreateProgram", this.#create(handle, source, name, 0, null, null));
    const program = Number(handle[0]);
    try {
      const status = this.#compile(program, options.length, [...options]);
      const log = new TextDecoder().decode(this.#output(program, "ProgramLog")).replaceAll("\0", "").trim();
      if (status === COMPILATION) return { log };
      this.#check("nvrtcCompileProgram", status, log);
      return { image: this.#output(program, kind), log };
    } finally {
      this.#destroy(handle);
    }
  }

  #architectures(): number[] {
    const count = new Int32Array(1);
    const getCount = this.#library.func("nvrtcGetNumSupportedArchs", "int", ["void*"]) as Call;
    this.#check("nvrtcGetNumSupportedArchs", getCount(count));
    const numbers = new Int32Array(count[0]!);
    const getAll = this.#library.func("nvrtcGetSupportedArchs", "int", ["void*"]) as Call;
    this.#check("nvrtcGetSupportedArchs", getAll(numbers));
    return [...numbers].toSorted((a, b) => a - b);
  }

  /** Bytes that the compiler gives by a pair of functions: one for their number, one for themselves. */
  #output(program: number, what: "ProgramLog" | "CUBIN" | "PTX"): Uint8Array {
    const size = new BigUint64Array(1);
    const getSize = this.#library.func(`nvrtcGet${what}Size`, "int", ["uintptr_t", "void*"]) as Call;
    this.#check(`nvrtcGet${what}Size`, getSize(program, size));
    const bytes = new Uint8Array(Number(size[0]));
    const get = this.#library.func(`nvrtcGet${what}`, "int", ["uintptr_t", "void*"]) as Call;
    this.#check(`nvrtcGet${what}`, get(program, bytes));
    return bytes;
  }

  #check(call: string, status: number, log = ""): void {
    if (status === 0) return;
    const text = this.#library.func("nvrtcGetErrorString", "str", ["int"]) as (status: number) => string;
    const details = log === "" ? "" : `: ${log}`;
    throw new CudaDriverError(`${call}: expected success, got ${text(status)} (${status})${details}`);
  }
}

/**
 * Loads the library of built-in functions that lies beside NVRTC: it asks the system for it by name, which finds what is
 * loaded already, wherever that lies.
 */
function loadCompanions(file: string): void {
  const folder = dirname(file);
  if (!isAbsolute(file) || !existsSync(folder)) return;
  // The wheels have a second set, `.alt`, that the library itself does not ask for.
  const names = readdirSync(folder).filter((name) => /^(lib)?nvrtc-builtins[^.]*\.(so\.|dll)/.test(name));
  companions.push(...names.map((name) => koffi.load(join(folder, name))));
}

/**
 * The first NVRTC that this machine has and that a driver's CUDA can take code from.
 * @param cudaVersion newest CUDA of the driver.
 * @throws {CudaDriverError} when there is none; its cause tells what was tried.
 */
export function loadNvrtc(cudaVersion: readonly [major: number, minor: number]): LibNvrtc {
  const [major] = cudaVersion;
  const reasons: Error[] = [];
  let tooNew: LibNvrtc | undefined;
  for (const { file, place } of nvrtcCandidates()) {
    try {
      const library = new LibNvrtc(file);
      if (library.version[0] <= major) return library;
      tooNew ??= library;
    } catch (cause) {
      reasons.push(
        new Error(`${file} of ${place}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }),
      );
    }
  }
  const cause = new AggregateError(reasons, reasons.map(({ message }) => message).join("; "));
  if (tooNew !== undefined) {
    throw new CudaDriverError(
      `cuda: expected NVRTC ${major} or older for a driver of CUDA ${cudaVersion.join(".")}, ` +
        `got ${tooNew.version.join(".")} in ${tooNew.file}; update the driver, or pip install nvidia-cuda-nvrtc-cu${major}`,
      { cause },
    );
  }
  const wheel = major >= 13 ? "nvidia-cuda-nvrtc" : `nvidia-cuda-nvrtc-cu${major}`;
  throw new CudaDriverError(
    `cuda: expected NVRTC, CUDA's run-time compiler, got none on this machine; pip install ${wheel}, ` +
      `or set ${NVRTC_VARIABLE} to where it is`,
    { cause },
  );
}
