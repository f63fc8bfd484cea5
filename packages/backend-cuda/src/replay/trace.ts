import type { NamedTensorInfoMap } from "@tensorflow/tfjs-core";
import type { DeviceValues } from "../memory/storage.ts";
import { areSameValues } from "./sameness.ts";
import { tensorsOf } from "../script-kernels.ts";

/**
 * What a call of a step told the device to do: every kernel with its numbers, every draw, and every array that was sent. A
 * replay does the same again, so two calls of a step that may be replayed have the same trace.
 */
export class Trace {
  readonly #work: string[] = [];
  readonly #uploads: DeviceValues[] = [];

  kernel(kernelName: string, inputs: NamedTensorInfoMap, attrs: object): void {
    const shapes = tensorsOf(inputs).map(({ shape, dtype }) => `${dtype}[${shape.join()}]`);
    this.#work.push(`${kernelName} ${shapes.join()} ${JSON.stringify(attrs, exact)}`);
  }

  upload(values: DeviceValues): void {
    this.#uploads.push(values.slice());
  }

  /** Numbers that are drawn anew in every replay. */
  draw(size: number): void {
    this.#work.push(`Draw ${size}`);
  }

  /** How another call of the step differs; `undefined` where it does not. */
  differenceTo(other: Trace): string | undefined {
    const at = this.#work.findIndex((kernel, i) => kernel !== other.#work[i]);
    if (at >= 0 || this.#work.length !== other.#work.length) {
      const [name = "its end"] = (this.#work[at] ?? other.#work[this.#work.length] ?? "").split(" ");
      return `it did not do the same twice: ${name} differs`;
    }
    const isSame = this.#uploads.every((values, i) => areSameValues(values, other.#uploads[i]));
    if (isSame && this.#uploads.length === other.#uploads.length) return undefined;
    return "it did not send the same numbers to the device twice";
  }
}

/** JSON knows no NaN, no infinities and no −0. */
function exact(_: string, value: unknown): unknown {
  return typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)) ? `number ${value}` : value;
}
