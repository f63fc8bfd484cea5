import type { Variable } from "@tensorflow/tfjs-core";

/** What the Trainer needs of a parameter. A `Parameter` of `@camada/layers` has this form. */
export interface Trainable {
  /** Shown in error messages, e.g. `conv0_weight`. */
  readonly name: string;
  /** What a backward pass does with the gradient; the Trainer skips `null`. May change between steps. */
  readonly gradReq: "write" | "add" | "null";
  /** Factor of the learning rate, usually 1; read at every step. */
  readonly lrMult: number;
  /** Factor of the weight decay, usually 1; read at every step. */
  readonly wdMult: number;
  /** The weight, float32. May throw while its shape is unknown: it is first asked for in a step. */
  data(): Variable;
  /** The gradient, shaped as the weight. The Trainer only reads it. */
  grad(): Variable;
  /** True from the backward pass that wrote the gradient until {@link markGradStale}. */
  readonly isGradFresh: boolean;
  /** Called once an update has used the gradient. */
  markGradStale(): void;
}

/** Parameters by key, or in a list, where the keys are `"0"`, `"1"`, ... A `ParameterDict` of `@camada/layers` is one. */
export type Trainables = ReadonlyMap<string, Trainable> | Readonly<Record<string, Trainable>> | readonly Trainable[];

/** Pairs of key and parameter in the order given, each parameter once, under its first key. */
export function entriesOf(params: Trainables): [key: string, param: Trainable][] {
  const entries = params instanceof Map ? [...params] : Object.entries(params as Readonly<Record<string, Trainable>>);
  const seen = new Set<Trainable>();
  return entries.filter(([, param]) => !seen.has(param) && seen.add(param));
}
