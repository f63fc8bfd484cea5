import type { RandomTensorOptions } from "@camada/test-kit";
import type { AnyBlock } from "../src/index.ts";

type Shape = readonly number[];

/** What every layer is checked with. */
export interface LayerCase {
  readonly make: () => AnyBlock;
  readonly inputShape: Shape;
  /** Shape of the output, from conv-math where it applies. */
  readonly outputShape: Shape;
  /** Printed form before the first forward pass; that of MXNet where left out. */
  readonly printed?: string;
  /** Printed form after it; as before where left out. */
  readonly printedAfter?: string;
  /** Shapes of all parameters after the first forward pass, by structural name. */
  readonly parameters?: Readonly<Record<string, Shape>>;
  /** Whether it is run as in training. */
  readonly isTraining?: boolean;
  /** How inputs are drawn, to stay away from kinks. */
  readonly input?: RandomTensorOptions;
}
