import process from "node:process";
import koffi, { type LibraryHandle } from "koffi";
import { CudaDriverError, CudaError } from "./errors.ts";

const NAMES =
  process.platform === "win32" ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so", "/usr/lib/wsl/lib/libcuda.so.1"];

/** `CUdeviceptr`, and handles, which are pointers. Both fit a number. */
const P = "uintptr_t";
const SIZE = "size_t";
const U32 = "uint32_t";
const INT = "int32_t";
/** A typed array that the call reads or fills. */
const ARRAY = "void*";

/** Parameters of the functions that the backend calls. All give a `CUresult`. */
const SIGNATURES = {
  cuInit: [U32],
  cuDriverGetVersion: [ARRAY],
  cuDeviceGetCount: [ARRAY],
  cuDeviceGet: [ARRAY, INT],
  cuDeviceGetName: [ARRAY, INT, INT],
  cuDeviceGetAttribute: [ARRAY, INT, INT],
  cuDeviceTotalMem_v2: [ARRAY, INT],
  cuDevicePrimaryCtxRetain: [ARRAY, INT],
  cuDevicePrimaryCtxRelease_v2: [INT],
  cuDevicePrimaryCtxReset_v2: [INT],
  cuCtxSetCurrent: [P],
  cuMemGetInfo_v2: [ARRAY, ARRAY],
  cuMemAlloc_v2: [ARRAY, SIZE],
  cuMemFree_v2: [P],
  cuMemHostAlloc: [ARRAY, SIZE, U32],
  cuMemFreeHost: [P],
  cuMemcpyHtoDAsync_v2: [P, ARRAY, SIZE, P],
  cuMemcpyDtoHAsync_v2: [ARRAY, P, SIZE, P],
  cuMemcpyDtoDAsync_v2: [P, P, SIZE, P],
  cuMemsetD8Async: [P, "uint8_t", SIZE, P],
  cuModuleLoadData: [ARRAY, ARRAY],
  cuModuleUnload: [P],
  cuModuleGetFunction: [ARRAY, P, "str"],
  cuFuncSetAttribute: [P, INT, INT],
  cuLaunchKernel: [P, U32, U32, U32, U32, U32, U32, U32, P, P, P],
  cuStreamCreate: [ARRAY, U32],
  cuStreamDestroy_v2: [P],
  cuStreamSynchronize: [P],
  cuStreamWaitEvent: [P, P, U32],
  cuStreamBeginCapture_v2: [P, INT],
  cuStreamEndCapture: [P, ARRAY],
  cuGraphInstantiateWithFlags: [ARRAY, P, "uint64_t"],
  cuGraphLaunch: [P, P],
  cuGraphExecDestroy: [P],
  cuGraphDestroy: [P],
  cuEventCreate: [ARRAY, U32],
  cuEventDestroy_v2: [P],
  cuEventRecord: [P, P],
  cuEventQuery: [P],
  cuEventSynchronize: [P],
  cuEventElapsedTime: [ARRAY, P, P],
} as const satisfies Record<string, readonly string[]>;

/** A function of the driver that the backend calls. */
export type DriverCall = keyof typeof SIGNATURES;

type Functions = Readonly<Record<DriverCall, (...args: unknown[]) => number>>;
type Arguments = readonly (number | string | ArrayBufferView)[];

/** The library of NVIDIA's driver, loaded. */
export class LibCuda {
  /** The name under which it was found. */
  readonly file: string;
  readonly #functions: Functions;
  readonly #errorName: (code: number, out: [string | null]) => number;
  readonly #errorString: (code: number, out: [string | null]) => number;

  /**
   * @param names of the library, or paths, in the order of trying.
   * @throws {CudaDriverError} when there is no driver, or one that lacks a function.
   */
  constructor(names: readonly string[] = NAMES) {
    const { file, library } = load(names);
    this.file = file;
    const declare = (name: string, parameters: readonly string[]) => {
      try {
        return library.func(name, INT, [...parameters]) as (...args: unknown[]) => number;
      } catch (cause) {
        throw new CudaDriverError(
          `cuda: expected a driver with ${name}, got an older one in ${file}; update the NVIDIA driver`,
          { cause },
        );
      }
    };
    const functions = Object.entries(SIGNATURES).map(([name, parameters]) => [name, declare(name, parameters)]);
    this.#functions = Object.fromEntries(functions) as Functions;
    this.#errorName = library.func("int cuGetErrorName(int code, _Out_ const char** name)");
    this.#errorString = library.func("int cuGetErrorString(int code, _Out_ const char** text)");
  }

  /** Calls a function and gives its `CUresult`, unless that is of no interest. */
  result(name: DriverCall, ...args: Arguments): number {
    return this.#functions[name](...args);
  }

  /** The error that a `CUresult` stands for. */
  error(name: DriverCall, code: number): CudaError {
    const [codeName, text]: [string | null][] = [[null], [null]];
    this.#errorName(code, codeName!);
    this.#errorString(code, text!);
    return new CudaError(name, code, codeName?.[0] ?? "an unknown error", text?.[0] ?? "no description");
  }

  /** @throws {CudaError} when the call fails. */
  call(name: DriverCall, ...args: Arguments): void {
    const code = this.result(name, ...args);
    if (code !== 0) throw this.error(name, code);
  }
}

function load(names: readonly string[]): { file: string; library: LibraryHandle } {
  const causes: unknown[] = [];
  for (const file of names) {
    try {
      return { file, library: koffi.load(file) };
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new CudaDriverError(`cuda: expected NVIDIA's driver as ${names[0]}, got none on this machine`, {
    cause: new AggregateError(causes),
  });
}
