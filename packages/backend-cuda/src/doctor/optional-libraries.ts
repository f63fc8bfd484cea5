import process from "node:process";
import koffi, { type LibraryHandle } from "koffi";
import { libraryCandidates, type LibraryCandidate, type LibraryName } from "../libraries/find-library.ts";

/** Libraries of CUDA that the backend does without. */
export type OptionalLibrary = "runtime" | "cudnn" | "cublas" | "nccl";

/** A library that was found, and what it says of itself. */
export interface FoundLibrary {
  /** A path, or a name that the system's loader knows. */
  readonly file: string;
  /** e.g. `9.14.0`. */
  readonly version: string;
}

interface Description extends LibraryName {
  version(library: LibraryHandle): string;
}

/** A function without parameters that gives a number: major, minor and patch in decimal pairs from the end. */
const returned =
  (name: string) =>
  (library: LibraryHandle): string =>
    dotted(Number(library.func(name, "size_t", [])()));

/** A function that writes such a number where its only parameter points. */
const written =
  (name: string, read: (code: number) => string) =>
  (library: LibraryHandle): string => {
    const out = new Int32Array(1);
    const status = library.func(name, "int", ["void*"])(out) as number;
    if (status !== 0) throw new Error(`${name}: expected success, got ${status}`);
    return read(out[0]!);
  };

function dotted(code: number): string {
  return [Math.floor(code / 10_000), Math.floor(code / 100) % 100, code % 100].join(".");
}

const DESCRIPTIONS: Readonly<Record<OptionalLibrary, Description>> = {
  runtime: {
    files: named("cudart", [13, 12]),
    wheelFolders: ["nvidia/cu13/lib", "nvidia/cuda_runtime/lib"],
    version: written("cudaRuntimeGetVersion", (code) => `${Math.floor(code / 1000)}.${Math.floor((code % 1000) / 10)}`),
  },
  cudnn: { files: named("cudnn", [9]), wheelFolders: ["nvidia/cudnn/lib"], version: returned("cudnnGetVersion") },
  cublas: {
    files: named("cublasLt", [13, 12]),
    wheelFolders: ["nvidia/cu13/lib", "nvidia/cublas/lib"],
    version: returned("cublasLtGetVersion"),
  },
  nccl: { files: named("nccl", [2]), wheelFolders: ["nvidia/nccl/lib"], version: written("ncclGetVersion", dotted) },
};

/** The libraries, in the order in which a report has them. */
export const OPTIONAL_LIBRARIES = Object.keys(DESCRIPTIONS) as readonly OptionalLibrary[];

/**
 * The first copy of a library that loads and answers.
 * @param candidates where it may be; default: the usual places of this machine.
 */
export function findOptionalLibrary(
  name: OptionalLibrary,
  candidates: (library: LibraryName) => Iterable<LibraryCandidate> = libraryCandidates,
): FoundLibrary | undefined {
  const { version, ...names } = DESCRIPTIONS[name];
  for (const { file } of candidates(names)) {
    try {
      return { file, version: version(koffi.load(file)) };
    } catch {
      // Not there, or not whole: the next one may be.
    }
  }
  return undefined;
}

function named(stem: string, majors: readonly number[]): string[] {
  return majors.map((major) => (process.platform === "win32" ? `${stem}64_${major}.dll` : `lib${stem}.so.${major}`));
}
