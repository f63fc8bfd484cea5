import * as tf from "@tensorflow/tfjs-core";
import { isNested } from "./tapes.ts";

/** Frees what a tape saved. The engine does it only after a backward pass, which a forward pass that throws never reaches. */
export function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}

/**
 * Lets the coming backward pass free activations and their gradients as it goes. The engine holds all of them to its end,
 * where a network's largest activation would meet the gradients of every layer.
 *
 * Call it at the end of the forward pass. Under a second tape nothing happens: that one still needs everything.
 * @param headGradient belongs to the caller and is not freed.
 */
export function freeAsUsed(headGradient: tf.Tensor | undefined): void {
  if (isNested()) return;
  const { state } = tf.engine();
  let used: (tf.Tensor | null)[] = [];
  for (const node of state.activeTape) {
    const { gradient, saved = [] } = node;
    if (gradient === undefined) continue;
    node.gradient = (dys) => {
      // The engine has called all the functions of the node before it calls the next node.
      for (const tensor of used) if (tensor !== null && tensor !== headGradient) tensor.dispose();
      used = [...saved, ...dys];
      const gradients = gradient(dys);
      return Object.fromEntries(Object.entries(gradients).map(([input, give]) => [input, () => owned(give)]));
    };
  }
}

/** A gradient made here and now, in the scope of its own: any other, such as a program's own tensor, is not ours to free. */
function owned(give: () => tf.Tensor): tf.Tensor {
  const gradient = give();
  const isMadeHere = gradient.scopeId === tf.engine().state.activeScope.id && !gradient.kept;
  return isMadeHere ? gradient : tf.clone(gradient);
}
