/** Who computes: this project on a backend, or tfjs as it is published on the same one. */
export interface WebContender {
  /** Name in the table of `backends.ts`. */
  readonly backend: string;
  readonly whose: "ours" | "stock";
  readonly batch: number;
}

/** A whole training step, or its forward pass alone. */
export type WebWork = "step" | "forward";

/** What a bench worker is asked. */
export type WebQuestion =
  | { readonly type: "open"; readonly contender: WebContender }
  | { readonly type: "run"; readonly work: WebWork; readonly repeats: number };

/** What it answers. */
export type WebAnswer =
  | { readonly type: "opened"; readonly about: string }
  | { readonly type: "ran"; readonly timesMs: readonly number[]; readonly loss: number }
  | { readonly type: "failed"; readonly reason: string };
