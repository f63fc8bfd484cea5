import koffi, { type LibraryHandle } from "koffi";
import { OutOfMemoryError } from "../out-of-memory.ts";
import { NativeLibraryError } from "./errors.ts";
import { checkedLibrary } from "./library-folder.ts";

/** Address of a byte of native memory; 0 is none. Exact: addresses have 48 bits, or 57 on the largest machines' kernels. */
export type Address = number;

/** `camada_abi_version` of the libraries that this code knows how to call. */
const ABI_VERSION = 1;

/** Statuses that exported functions answer, `native/src/status.h`. */
const OUT_OF_MEMORY = 1;

type ForeignFunction = (...args: unknown[]) => number;

/** A loaded library of native kernels. Every kernel is `int32_t name(const double* fields, tensors...)`. */
export class NativeLibrary {
  readonly #library: LibraryHandle;
  readonly #kernels = new Map<string, ForeignFunction>();
  /** Fields of the call that is being made: calls end before the next, and an array for each costs more than a small kernel. */
  #fields = new Float64Array(64);

  /**
   * @param folder of the libraries.
   * @param file name of the one to load.
   * @throws {NativeLibraryError} when it is missing, damaged, no library of this system, or of another version.
   */
  constructor(folder: string, file: string) {
    const path = checkedLibrary(folder, file);
    try {
      this.#library = koffi.load(path);
    } catch (cause) {
      throw new NativeLibraryError(path, `expected a library of this system in ${path}, got: ${String(cause)}`, {
        cause,
      });
    }
    const version = this.declare("camada_abi_version", "int32_t", [])();
    if (version !== ABI_VERSION) {
      throw new NativeLibraryError(
        path,
        `expected native kernels of version ${ABI_VERSION}, got ${version} in ${path}`,
      );
    }
  }

  /**
   * A function that is no kernel.
   * @throws {NativeLibraryError} when the library has none of this name.
   */
  declare(name: string, result: string, parameters: readonly string[]): ForeignFunction {
    try {
      return this.#library.func(name, result, [...parameters]) as ForeignFunction;
    } catch (cause) {
      throw new NativeLibraryError(name, `expected the native library to have ${name}, got none`, { cause });
    }
  }

  /**
   * Runs a kernel.
   * @param fields sizes and attributes, in the order that the kernel's source names them.
   * @param tensors addresses, 0 for an absent one.
   * @throws {OutOfMemoryError} without memory for the kernel's scratch space.
   * @throws {NativeLibraryError} when the kernel refuses its arguments.
   */
  run(name: string, fields: readonly number[], ...tensors: readonly Address[]): void {
    let kernel = this.#kernels.get(name);
    if (kernel === undefined) {
      kernel = this.declare(name, "int32_t", ["double*", ...tensors.map(() => "uintptr_t")]);
      this.#kernels.set(name, kernel);
    }
    const status = kernel(this.#written(fields), ...tensors);
    if (status === 0) return;
    if (status === OUT_OF_MEMORY) throw new OutOfMemoryError(0, "native scratch memory", 0);
    throw new NativeLibraryError(
      name,
      `${name}: expected arguments it knows, got status ${status} for [${fields.join(", ")}]`,
    );
  }

  #written(fields: readonly number[]): Float64Array {
    if (fields.length > this.#fields.length) this.#fields = new Float64Array(2 * fields.length);
    for (let i = 0; i < fields.length; i++) this.#fields[i] = fields[i]!;
    return this.#fields;
  }
}

/** Bytes of native memory as JavaScript sees them. They must not be used after the block was freed. */
export function viewOf(address: Address, sizeBytes: number): ArrayBuffer {
  return koffi.view(address, sizeBytes);
}
