import * as tf from "@tensorflow/tfjs-core";
import type { CompiledStep } from "./compile.ts";
import { registerComposedKernels } from "./composed.ts";
import { BackendUnavailableError } from "./errors.ts";
import { registerGradients } from "./gradients.ts";
import { noteUndoing } from "./undone-once.ts";

/** Order of the axes of an image batch: channels first (`NCHW`, Gluon's and ours) or channels last (`NHWC`). */
export type Layout = "NCHW" | "NHWC";

/** Memory of a backend's tensors, in bytes. */
export interface BackendMemory {
  /** Held by tensors now. */
  readonly inUseBytes: number;
  /** Most that tensors ever held at the same time: the high-water mark. */
  readonly peakBytes: number;
  /** Freed by tensors and kept for the next ones. */
  readonly cachedBytes: number;
  /** Most that kernels ever held at the same time for themselves. */
  readonly scratchPeakBytes: number;
}

/** What really runs once a backend is active. Printed by the front ends, so every field is a fact, never a wish. */
export interface BackendInfo {
  /** Name under which the kernels stand in tfjs's registry. */
  readonly tfBackend: string;
  /** The implementation chosen, e.g. `wasm`, `js`, `native`. */
  readonly engine: string;
  /** One line for people: engine, instruction set, library versions. */
  readonly description: string;
  /** Layout in which this backend's spatial kernels are fastest; the `Camada*` kernels receive tensors in it. */
  readonly layout: Layout;
  /** Arithmetic of the matrix products, e.g. `float32`. */
  readonly precision: string;
  /** Worker threads that kernels use, the calling one included. */
  readonly threads: number;
  /**
   * Whether gradients of a layer with a fused activation start from that activation's own gradient, computed once for all of
   * them; default: each of their kernels undoes the activation.
   */
  readonly undoesActivationsOnce?: boolean;
  /** Memory as it is when asked; absent where the backend does not know. */
  readonly memory?: () => BackendMemory;
  /**
   * How often each kernel ran on the host for want of one on the device, by its name in tfjs's registry; absent where the
   * host is the device.
   */
  readonly fallbacks?: () => ReadonlyMap<string, number>;
  /** Why nets must not be trained here, and what to do; absent where they may. `record` throws it. */
  readonly trainingRefusal?: string;
  /** Engines that were tried before this one and why each was refused. */
  readonly rejected: readonly { readonly engine: string; readonly reason: string }[];
}

/**
 * A device that programs pass in as a value; nothing registers itself on import.
 *
 * A package that exports one `Backend` is all it takes to add a device: the operations' suites already exist.
 */
export interface Backend {
  readonly name: "cpu" | "webgl" | "webgpu" | "cuda";
  /** As the lesson prints it: `cpu(0)`, `gpu(0)`. */
  readonly device: string;
  /**
   * Loads what the backend needs and makes it tfjs's active backend.
   * @throws {BackendUnavailableError} with `cause` set, when it cannot run here.
   */
  activate(): Promise<BackendInfo>;
  /** What `compile` of this package gives on this backend. Absent: the step runs as it is. */
  readonly compile?: (<A extends unknown[], R>(step: (...args: A) => R) => CompiledStep<A, R>) | undefined;
}

/** A backend that is active, with what it reported. */
export interface ActiveBackend {
  readonly backend: Backend;
  readonly info: BackendInfo;
}

/** The outcome of {@link firstAvailable}: what runs, and why each earlier candidate does not. */
export interface ChosenBackend extends ActiveBackend {
  readonly rejected: readonly { readonly backend: Backend; readonly error: BackendUnavailableError }[];
}

/** What {@link useBackend} activated, by the name of its tfjs backend: a program may go back to one with tfjs alone. */
const activated = new Map<string, ActiveBackend>();

/**
 * Activates a backend and fills the gaps that tfjs leaves: our composed kernels and the gradient rules.
 * @throws {BackendUnavailableError} when the backend cannot run on this machine.
 */
export async function useBackend(backend: Backend): Promise<BackendInfo> {
  const info = await backend.activate();
  registerComposedKernels(info.tfBackend, preferredLayout);
  registerGradients();
  activated.set(info.tfBackend, { backend, info });
  noteUndoing(info.tfBackend, info.undoesActivationsOnce ?? false);
  return info;
}

/**
 * Tries backends in order and activates the first that runs: the lesson's `try_gpu`, with the reasons kept.
 * @throws {BackendUnavailableError} when none runs; `cause` is an `AggregateError` with every reason.
 */
export async function firstAvailable(backends: readonly Backend[]): Promise<ChosenBackend> {
  const rejected: { backend: Backend; error: BackendUnavailableError }[] = [];
  for (const backend of backends) {
    try {
      const info = await useBackend(backend);
      return { backend, info, rejected };
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      rejected.push({ backend, error });
    }
  }
  throw new BackendUnavailableError(
    "any",
    `none of ${rejected.length} backends is available: ${rejected.map((r) => r.error.message).join("; ")}`,
    { cause: new AggregateError(rejected.map((r) => r.error)) },
  );
}

/** The backend that tfjs runs on, if {@link useBackend} ever activated it. */
export function activeBackend(): ActiveBackend | undefined {
  return activated.get(tf.getBackend());
}

/** Layout in which the active backend wants spatial tensors; channels last where nothing of ours is active. */
export function preferredLayout(): Layout {
  return activeBackend()?.info.layout ?? "NHWC";
}
