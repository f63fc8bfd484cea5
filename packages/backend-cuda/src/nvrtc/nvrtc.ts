import { CudaCompilationError, type Compiler } from "../compiler/compiler.ts";
import { CudaDriverError } from "../driver/errors.ts";
import type { LibNvrtc } from "./libnvrtc.ts";

/** What to compile for. */
export interface Target {
  /** e.g. `sm_90a`, or `compute_90` where only PTX can be had. */
  readonly architecture: string;
  readonly kind: "CUBIN" | "PTX";
}

/** Capabilities from here on have instructions that only code for exactly them may use; the suffix `a` allows these. */
const FIRST_OF_ITS_OWN = 90;

/**
 * What a compiler should compile for a card: machine code for exactly it, or PTX of the newest capability before it where
 * the card is newer than the compiler.
 * @param supported capabilities that the compiler knows, ascending.
 * @throws {CudaDriverError} when the card is older than all of them.
 */
export function targetFor(computeCapability: readonly [number, number], supported: readonly number[]): Target {
  const [major, minor] = computeCapability;
  const capability = major * 10 + minor;
  if (supported.includes(capability)) {
    const suffix = capability >= FIRST_OF_ITS_OWN ? "a" : "";
    return { architecture: `sm_${capability}${suffix}`, kind: "CUBIN" };
  }
  const nearest = supported.findLast((one) => one < capability);
  if (nearest !== undefined) return { architecture: `compute_${nearest}`, kind: "PTX" };
  throw new CudaDriverError(
    `cuda: expected an NVRTC that compiles for compute capability ${major}.${minor}, ` +
      `got one for ${supported.join(", ")}; use an older NVRTC`,
  );
}

/** NVIDIA's run-time compiler, for one card. */
export class Nvrtc implements Compiler {
  readonly version: string;
  /** What it compiles for. */
  readonly target: Target;
  readonly #library: LibNvrtc;

  constructor(library: LibNvrtc, target: Target) {
    this.#library = library;
    this.target = target;
    this.version = `NVRTC ${library.version.join(".")}`;
  }

  compile(file: string, source: string): Uint8Array {
    const { architecture, kind } = this.target;
    const options = [`--gpu-architecture=${architecture}`, "--std=c++17", "-default-device"];
    const { image, log } = this.#library.compile(file, source, options, kind);
    if (image === undefined) throw new CudaCompilationError(file, `${this.version} for ${architecture}`, log);
    return image;
  }
}
