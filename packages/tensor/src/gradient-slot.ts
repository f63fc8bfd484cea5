import * as tf from "@tensorflow/tfjs-core";
import { AutogradError } from "./errors.ts";

/** What a backward pass does with a gradient: replace the last one, add to it, or compute none. */
export type GradReq = "write" | "add" | "null";

/** A variable's place for its gradient. */
export interface GradientSlot {
  gradReq: GradReq;
  /** In the variable's shape; zeros until the first backward pass. */
  readonly gradient: tf.Variable;
  /** True from a backward pass until an update has used the gradient. */
  isFresh: boolean;
}

/** Variables of tfjs are never collected while registered, so the map is emptied by {@link detachGrad}. */
const slots = new Map<tf.Variable, GradientSlot>();

/**
 * Gives a variable a place for its gradient; `record` then differentiates with respect to it.
 * @param variable any shape, float32.
 * @param gradReq what backward passes do with the gradient; `write`.
 * @see MXNet 1.4.1, `NDArray.attach_grad`.
 */
export function attachGrad(variable: tf.Variable, gradReq: GradReq = "write"): GradientSlot {
  detachGrad(variable);
  const slot: GradientSlot = { gradReq, gradient: zerosVariable(variable), isFresh: false };
  slots.set(variable, slot);
  return slot;
}

/** Frees a variable's gradient; nothing happens where there is none. Call it before disposing the variable. */
export function detachGrad(variable: tf.Variable): void {
  slots.get(variable)?.gradient.dispose();
  slots.delete(variable);
}

/**
 * The place of a variable's gradient.
 * @throws {AutogradError} when none was attached.
 */
export function gradientSlot(variable: tf.Variable): GradientSlot {
  const slot = slots.get(variable);
  if (slot === undefined) {
    throw new AutogradError("gradientSlot", "a variable with a gradient attached", `none for ${variable.name}`);
  }
  return slot;
}

/** Every variable that wants a gradient. */
export function differentiated(): tf.Variable[] {
  return [...slots].filter(([, slot]) => slot.gradReq !== "null").map(([variable]) => variable);
}

/** The places of all gradients that are wanted: what a backward pass differentiates with respect to, in order. */
export function differentiatedSlots(): GradientSlot[] {
  return [...slots.values()].filter(({ gradReq }) => gradReq !== "null");
}

/** Stores a gradient as the slot asks. The caller keeps `gradient`. */
export function storeGradient(slot: GradientSlot, gradient: tf.Tensor): void {
  tf.tidy(() => slot.gradient.assign(slot.gradReq === "add" ? tf.add(slot.gradient, gradient) : gradient));
  slot.isFresh = true;
  written?.add(slot);
}

/** Slots written since {@link watchGradients} began. */
let written: Set<GradientSlot> | undefined;

/**
 * Runs a step and tells in which slots it stored gradients: a backend that replays the step without JavaScript has to
 * store them itself, by {@link storeGradient}.
 */
export function watchGradients<R>(step: () => R): { readonly value: R; readonly slots: readonly GradientSlot[] } {
  const outer = written;
  const own = (written = new Set());
  try {
    return { value: step(), slots: [...own] };
  } finally {
    for (const slot of own) outer?.add(slot);
    written = outer;
  }
}

function zerosVariable(like: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zerosLike(like), false));
}
