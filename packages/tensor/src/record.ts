import * as tf from "@tensorflow/tfjs-core";
import { activeBackend } from "./backend.ts";
import { AutogradError, TrainingRefusedError } from "./errors.ts";
import { differentiated, gradientSlot, storeGradient } from "./gradient-slot.ts";
import { ensureGradients } from "./gradients.ts";
import { withModes } from "./mode.ts";
import { freeAsUsed, freeTape } from "./tape.ts";

/** Options of {@link record}. */
export interface RecordOptions {
  /** Whether layers behave as in training; true. */
  readonly trainMode?: boolean | undefined;
  /** Gradient of the final value with respect to the first output, in its shape; ones: the gradient of its sum. */
  readonly headGradient?: tf.Tensor | undefined;
}

/** A recorded forward pass. */
export interface Recording<T> {
  /** What the forward pass returned. */
  readonly value: T;
  /**
   * Stores the gradients in the variables' slots (`write` replaces, `add` accumulates). Once only: the graph is gone
   * after it.
   * @throws {AutogradError} the second time.
   */
  readonly backward: () => void;
}

/**
 * Runs a forward pass and differentiates its first output with respect to every variable that has a gradient attached.
 *
 * For an output that is no scalar the gradient is that of its sum, so `record(() => loss(net(x), y))` and the same with
 * `.sum()` give the same gradients. tfjs computes value and gradients in one go; `backward` only hands them over.
 * Outputs belong to the caller's `tidy`, other tensors made on the way are freed.
 * @param forward gives one tensor, or several of which the first is differentiated.
 * @throws {AutogradError} when no variable with a gradient leads to the output.
 * @throws {TrainingRefusedError} when the active backend's {@link BackendInfo} refuses training.
 * @see MXNet 1.4.1, `autograd.record` and `NDArray.backward`.
 */
export function record<T extends tf.Tensor | readonly tf.Tensor[]>(
  forward: () => T,
  { trainMode = true, headGradient }: RecordOptions = {},
): Recording<T> {
  const { tfBackend, trainingRefusal } = activeBackend()?.info ?? {};
  if (trainingRefusal !== undefined) throw new TrainingRefusedError(tfBackend!, trainingRefusal);
  ensureGradients();
  const variables: tf.Tensor[] = [];
  const { value, grads, rest } = tf.tidy(() => {
    const passes = differentiate(forward, variables, trainMode, headGradient);
    if (variables.length === 0) throw noVariable("none has a gradient attached");
    if (!passes.grads.some(Boolean)) throw noVariable("none that leads to the output");
    return passes;
  });
  const gradients = (variables as tf.Variable[]).flatMap((variable, i) =>
    grads[i] ? [{ variable, gradient: grads[i] }] : [],
  );
  let isDone = false;
  return {
    value: (rest === undefined ? value : [value, ...rest]) as unknown as T,
    backward() {
      if (isDone) throw new AutogradError("backward", "a recording with its graph", "one whose graph was used before");
      isDone = true;
      for (const { variable, gradient } of gradients) {
        storeGradient(gradientSlot(variable), gradient);
        gradient.dispose();
      }
    },
  };
}

/** Value and gradients in one go. `variables` is filled with what the gradients belong to. */
function differentiate(
  forward: () => tf.Tensor | readonly tf.Tensor[],
  variables: tf.Tensor[],
  trainMode: boolean,
  headGradient: tf.Tensor | undefined,
) {
  // The engine refuses an empty list but reads it only after the forward pass, in which layers may make variables.
  variables.push(tf.scalar(0));
  let several: tf.Tensor[] | undefined;
  try {
    const { value, grads } = tf.engine().gradients(
      () => {
        const outputs = withModes(trainMode, true, forward);
        variables.splice(0, 1, ...differentiated());
        freeAsUsed(headGradient);
        if (outputs instanceof tf.Tensor) return outputs;
        const [head, ...others] = outputs;
        several = others.map((output) => tf.keep(tf.clone(output)));
        return head!;
      },
      variables,
      headGradient,
      true,
    );
    const rest = several?.map((kept) => tf.clone(kept)); // tracked by the scope, which `kept` is not
    return { value, grads, rest };
  } catch (error) {
    freeTape();
    throw error;
  } finally {
    tf.dispose(several ?? []);
  }
}

function noVariable(got: string): AutogradError {
  return new AutogradError("record", "a variable with a gradient attached in the forward pass", got);
}
