import { differentiatedSlots, type GradientSlot } from "@camada/tensor";

/** A gradient that is wanted, and how. */
export interface WantedGradient {
  readonly slot: GradientSlot;
  readonly gradReq: GradientSlot["gradReq"];
}

/** All gradients that backward passes leave by now. */
export function wantedGradients(): WantedGradient[] {
  return differentiatedSlots().map((slot) => ({ slot, gradReq: slot.gradReq }));
}

/** Whether the same gradients are wanted in the same way. */
export function areSameGradients(some: readonly WantedGradient[], others: readonly WantedGradient[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ slot, gradReq }, i) => slot === others[i]!.slot && gradReq === others[i]!.gradReq)
  );
}
