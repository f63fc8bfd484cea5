import type { DeviceDescription, Driver } from "../driver/driver.ts";
import type { FoundLibrary, OptionalLibrary } from "./optional-libraries.ts";

/** A library that may or may not be there; the backend does without it. */
export interface OptionalPart {
  readonly name: OptionalLibrary;
  readonly found: FoundLibrary | undefined;
}

/** What stands between this machine and the backend. */
export type CudaProblemKind =
  /** The operating system is none that NVIDIA has a driver for. */
  | "no-platform"
  /** No card of NVIDIA is plugged in. */
  | "no-card"
  /** There is no driver, as far as can be told with a card to drive. */
  | "no-driver"
  /** The driver's half in the kernel is loaded and its library is not there, as in a container that was not given it. */
  | "no-driver-library"
  /** Library and kernel module are of different versions. */
  | "restart-needed"
  /** The driver does not start, or finds no card. */
  | "driver-fails"
  /** The driver is older than CUDA 12. */
  | "old-driver"
  /** The driver drives cards that this process may not see. */
  | "no-visible-card"
  /** No card has compute capability 7.0. */
  | "old-cards"
  /** There is no NVRTC. */
  | "no-nvrtc"
  /** The only NVRTC is newer than the driver. */
  | "new-nvrtc";

/** A problem, and what mends it. */
export interface CudaProblem {
  readonly kind: CudaProblemKind;
  /** What was found in place of what is needed, in one sentence. */
  readonly details: string;
  /** The one command that mends it; absent where none does. */
  readonly command?: string;
}

/** What a machine has of CUDA, and what it lacks for the backend. */
export interface CudaDiagnosis {
  /** NVIDIA's driver, if it is there. */
  readonly driver:
    | {
        /** e.g. `libcuda.so.1`; absent where only the kernel's half is there. */
        readonly file?: string | undefined;
        /** Of the kernel module, e.g. `580.159.04`; absent where the system does not say it. */
        readonly version?: string | undefined;
        /** Newest CUDA that it serves, e.g. `13.0`; absent where it does not start. */
        readonly cudaVersion?: string | undefined;
      }
    | undefined;
  /** The compiler of the kernels. */
  readonly nvrtc: FoundLibrary | undefined;
  /** CUDA's runtime, cuDNN, cuBLAS and NCCL, none of which the backend uses. */
  readonly optional: readonly OptionalPart[];
  readonly cards: readonly DeviceDescription[];
  /** Nothing where the backend runs; otherwise what to mend, the first first. */
  readonly problems: readonly CudaProblem[];
}

/** What {@link Driver} tells before a card is opened. */
export type DriverFacts = Pick<Driver, "cudaVersion" | "devices"> & { readonly file: string };
