import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";
import { isNested, tapes } from "../tapes.ts";

/** Gradients of one call, by the kernel's input names; each is computed only if that input needs it. */
export type InputGradients = Record<string, () => tf.Tensor>;

/** What a rule wants to see again in the backward pass. `"all"` is for kernels whose inputs are a list. */
export interface Saved {
  readonly inputs?: readonly string[] | "all";
  /** Which outputs, in order. */
  readonly outputs?: readonly boolean[];
}

/**
 * A gradient rule in tfjs's form.
 *
 * @param kernelName the forward kernel.
 * @param save saved tensors arrive in the order inputs, outputs.
 * @param gradients from `dy` (the output's gradient), what was saved, and the kernel's attributes.
 */
export function rule<S extends readonly tf.Tensor[], A = object>(
  kernelName: string,
  save: Saved,
  gradients: (dy: tf.Tensor, saved: S, attrs: A) => InputGradients | (() => tf.Tensor)[],
): tf.GradConfig {
  return multiOutputRule<S, A>(kernelName, save, ([dy], saved, attrs) => gradients(dy!, saved, attrs));
}

/** A gradient rule for kernels with several outputs: `dys` has one gradient for each. */
export function multiOutputRule<S extends readonly tf.Tensor[], A = object>(
  kernelName: string,
  save: Saved,
  gradients: (dys: readonly tf.Tensor[], saved: S, attrs: A) => InputGradients | (() => tf.Tensor)[],
): tf.GradConfig {
  return {
    kernelName,
    ...(save.inputs === "all" ? { saveAllInputs: true } : { inputsToSave: [...(save.inputs ?? [])] }),
    outputsToSave: [...(save.outputs ?? [])],
    gradFunc: (dy, saved, attrs) => {
      const dys = Array.isArray(dy) ? dy : [dy];
      const byInput = gradients(dys, saved as readonly tf.Tensor[] as S, attrs as A);
      return Object.fromEntries(
        Object.entries(byInput).map(([input, gradient]) => [input, () => fresh(gradient(), dys)] as const),
      );
    },
  };
}

/** tfjs disposes of a gradient once it has been added to another, so `dy` itself must not be handed on. */
function fresh(gradient: tf.Tensor, dys: readonly tf.Tensor[]): tf.Tensor {
  return dys.includes(gradient) ? tf.clone(gradient) : gradient;
}

/** A rule `dx = derivative(dy, x)` for a kernel with the single input `x`. */
export function fromInput<A = object>(
  kernelName: string,
  derivative: (dy: tf.Tensor, x: tf.Tensor, attrs: A) => tf.Tensor,
  input = "x",
): tf.GradConfig {
  return rule<[tf.Tensor], A>(kernelName, { inputs: [input] }, (dy, [x], attrs) => ({
    [input]: () => derivative(dy, x, attrs),
  }));
}

/**
 * A rule `dx = derivative(dy, y)`: where the derivative is simplest in the result, `x` need not be kept.
 *
 * The tape does not know how a saved result came about, so a gradient of this gradient would miss it. Inside nested
 * gradients `x` is saved too, and where a tape is on, the kernel is run again on it.
 */
export function fromOutput<A extends object = object>(
  kernelName: string,
  derivative: (dy: tf.Tensor, y: tf.Tensor, attrs: A) => tf.Tensor,
  input = "x",
): tf.GradConfig {
  const { gradFunc } = rule<[x: tf.Tensor, y: tf.Tensor] | [y: tf.Tensor], A>(kernelName, {}, (dy, saved, attrs) => ({
    [input]: () => {
      const again = saved.length === 2 && tapes() > 0;
      return derivative(dy, again ? invoke(kernelName, { [input]: saved[0] }, attrs) : saved.at(-1)!, attrs);
    },
  }));
  return {
    kernelName,
    gradFunc,
    get inputsToSave() {
      return isNested() ? [input] : [];
    },
    outputsToSave: [true],
  };
}

/** A rule `dx = derivative(dy)` for a kernel that is linear in `x` and fixed by its attributes. */
export function linear<A = object>(
  kernelName: string,
  derivative: (dy: tf.Tensor, attrs: A) => tf.Tensor,
  input = "x",
): tf.GradConfig {
  return rule<[], A>(kernelName, {}, (dy, _saved, attrs) => ({ [input]: () => derivative(dy, attrs) }));
}

/**
 * Undoes broadcasting: sums a gradient over the axes along which an input of `shape` was repeated.
 * @returns a tensor of `shape`.
 */
export function reduceTo(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const lead = gradient.rank - shape.length;
  const repeated = gradient.shape.flatMap((size, axis) => (axis < lead || size !== shape[axis - lead] ? [axis] : []));
  return repeated.length === 0 ? gradient : tf.reshape(tf.sum(gradient, repeated), [...shape]);
}

/** Repeats a tensor to a larger shape. Adding zeros is many times faster than the tile kernels of tfjs's backends. */
export function repeatTo(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return tf.add(x, tf.zeros([...shape]));
}

/** Zeros of a tensor's shape; gradients are float32 whatever the type of the input. */
export function zeroGradient(input: tf.Tensor): tf.Tensor {
  return tf.zeros(input.shape, "float32");
}

/** Whether the active backend has a kernel. */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
