import type { BackendTimingInfo } from "@tensorflow/tfjs-core";
import type { KernelModules } from "./compiler/kernel-modules.ts";
import type { Defines } from "./compiler/kernel-source.ts";
import { LaunchArguments } from "./driver/arguments.ts";
import type { DeviceDescription, DriverContext, Extents } from "./driver/driver.ts";
import { CudaContextLostError } from "./driver/errors.ts";
import type { DeviceMemory } from "./memory/device-memory.ts";
import { TensorStore } from "./memory/tensor-store.ts";
import { Homes } from "./replay/home.ts";
import { ScriptKernels } from "./script-kernels.ts";
import { Tuning } from "./tuning.ts";

/** Arithmetic of matrix products and convolutions; everything else is float32 always. */
export type CudaPrecision = "float32" | "tf32" | "bf16";

/** What a backend is made of. */
export interface CudaBackendParts {
  readonly context: DriverContext;
  readonly modules: KernelModules;
  readonly memory: DeviceMemory;
  readonly precision: CudaPrecision;
  /** Whether ways to compute are tried on the card; false. */
  readonly tune?: boolean | undefined;
}

/** Where a kernel is, and what it is specialised for. */
export interface KernelPlace {
  /** e.g. `unary.cu`. */
  readonly file: string;
  /** Its entry point. */
  readonly name: string;
  readonly defines?: Defines;
}

/** How a kernel is started. */
export interface LaunchShape {
  readonly grid: Extents;
  readonly block: Extents;
  /** Dynamic shared memory of each block; default 0. */
  readonly sharedBytes?: number;
}

/** Tensors and kernels on an NVIDIA card. */
export class CudaBackend extends TensorStore {
  readonly precision: CudaPrecision;
  /** Tries ways to compute on the card; absent where estimates decide. */
  readonly tuning: Tuning | undefined;
  /** tfjs's JavaScript kernels, for what the device has no kernel for. */
  readonly scripts: ScriptKernels;
  /** Steps that were recorded here. */
  readonly recordedSteps = new Set<{ dispose(): void }>();
  /** Of the variables that these steps assign. */
  readonly homes = new Homes(this);
  readonly #modules: KernelModules;
  readonly #arguments = new LaunchArguments();

  constructor({ context, modules, memory, precision, tune = false }: CudaBackendParts) {
    super(context, memory);
    this.precision = precision;
    this.tuning = tune ? new Tuning(this) : undefined;
    this.#modules = modules;
    this.scripts = new ScriptKernels(this);
    context.onLost = (cause) => new CudaContextLostError(cause, this.launches.records());
  }

  /** The card. */
  get device(): DeviceDescription {
    return this.context.device;
  }

  /** The arguments of the next launch, empty. */
  arguments(): LaunchArguments {
    return this.#arguments.reset();
  }

  /** Starts a kernel of `kernels/`, compiled when it is first used. */
  launch({ file, name, defines }: KernelPlace, shape: LaunchShape, args: LaunchArguments): void {
    const { grid, block, sharedBytes = 0 } = shape;
    this.context.launch(this.#modules.get(file, name, defines), grid, block, sharedBytes, args.packed());
  }

  override dispose(): void {
    for (const step of [...this.recordedSteps]) step.dispose();
    super.dispose();
  }

  override timerAvailable(): boolean {
    return true;
  }

  /** The time that the device takes for what a function starts, in milliseconds. */
  override async time(f: () => void): Promise<BackendTimingInfo> {
    const [from, to] = [this.context.createEvent(), this.context.createEvent()];
    try {
      this.context.recordEvent(from);
      f();
      this.context.recordEvent(to);
      await this.transfers.reached(to);
      return { kernelMs: this.context.elapsedMs(from, to) };
    } finally {
      if (!this.context.isLost) for (const event of [from, to]) this.context.destroyEvent(event);
    }
  }
}
