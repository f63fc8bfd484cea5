import type { NamedTensorInfoMap } from "@tensorflow/tfjs-core";
import type { LaunchRecord } from "./driver/errors.ts";
import { tensorsOf } from "./script-kernels.ts";

/** How many kernels are remembered. */
const CAPACITY = 64;

/**
 * What was started since the device was last known to be well. A kernel fails after it was started, and the driver does
 * not say which one it was.
 */
export class LaunchLog {
  readonly #kernels: string[] = [];
  readonly #inputs: NamedTensorInfoMap[] = [];
  #count = 0;

  /** Notes the kernel that the next launches belong to. */
  begin(kernel: string, inputs: NamedTensorInfoMap): void {
    const at = this.#count++ % CAPACITY;
    this.#kernels[at] = kernel;
    this.#inputs[at] = inputs;
  }

  /** Forgets all: whatever was started has come to a good end. */
  settle(): void {
    this.#count = 0;
    this.#inputs.length = 0;
  }

  /** The kernels that may have failed, the latest last. */
  records(): LaunchRecord[] {
    const count = Math.min(this.#count, CAPACITY);
    return Array.from({ length: count }, (_, i) => {
      const at = (this.#count - count + i) % CAPACITY;
      const shapes = tensorsOf(this.#inputs[at] ?? {}).map(({ shape }) => shape);
      return { kernel: this.#kernels[at]!, shapes };
    });
  }
}
