import type { DriverContext, DriverModule, KernelFunction } from "../driver/driver.ts";
import type { Compiler } from "./compiler.ts";
import type { ImageCache } from "./image-cache.ts";
import { kernelSource, type Defines } from "./kernel-source.ts";

/** Kernels of one card: compiled when they are first asked for, or taken from the disk, and kept. */
export class KernelModules {
  readonly #context: DriverContext;
  readonly #compiler: Compiler;
  readonly #cache: ImageCache;
  readonly #folder: string;
  readonly #modules = new Map<string, DriverModule>();
  readonly #functions = new Map<string, KernelFunction>();

  /** @param folder of the `.cu` files. */
  constructor(context: DriverContext, compiler: Compiler, cache: ImageCache, folder: string) {
    this.#context = context;
    this.#compiler = compiler;
    this.#cache = cache;
    this.#folder = folder;
  }

  /**
   * A kernel.
   * @param file that has it, e.g. `unary.cu`.
   * @param name its entry point.
   * @param defines what the source is specialised for.
   * @throws {CudaCompilationError} when it does not compile.
   */
  get(file: string, name: string, defines?: Defines): KernelFunction {
    const key = keyOf(file, defines);
    const functionKey = `${key} ${name}`;
    let kernel = this.#functions.get(functionKey);
    if (kernel === undefined) {
      kernel = this.#module(key, file, defines).function(name);
      this.#functions.set(functionKey, kernel);
    }
    return kernel;
  }

  #module(key: string, file: string, defines: Defines | undefined): DriverModule {
    let module = this.#modules.get(key);
    if (module === undefined) {
      module = this.#load(file, kernelSource(this.#folder, file, defines));
      this.#modules.set(key, module);
    }
    return module;
  }

  /** A damaged file of the cache is found by its checksum; one that the driver refuses all the same is made anew too. */
  #load(file: string, source: string): DriverModule {
    const cached = this.#cache.read(source);
    if (cached !== undefined) {
      try {
        return this.#context.loadModule(cached);
      } catch (error) {
        if (this.#context.isLost) throw error;
      }
    }
    const image = this.#compiler.compile(file, source);
    const module = this.#context.loadModule(image);
    this.#cache.write(source, image);
    return module;
  }
}

/** Every launch asks for one, so it is put together without more ado. */
function keyOf(file: string, defines: Defines | undefined): string {
  let key = file;
  for (const name in defines) key += ` ${name}=${defines[name]}`;
  return key;
}
