import {
  randomTensor,
  type ExpectGradientsOptions,
  type RandomTensorOptions,
  type TensorFunction,
} from "@camada/test-kit";
import type * as tf from "@tensorflow/tfjs-core";

/** Shape of a random input, and how to draw it where the default range will not do. */
export type Input = readonly number[] | ({ readonly shape: readonly number[] } & RandomTensorOptions);

/** A function that runs the kernel under test, and the inputs at which it is differentiated. */
export interface GradientCase {
  readonly of: TensorFunction;
  readonly at: readonly Input[];
  readonly options?: ExpectGradientsOptions;
  /** Why the case must fail on a backend, by tfjs's name of the backend. */
  readonly gap?: Readonly<Record<string, string>>;
}

/** Cases by the name of the kernel whose rule they test. */
export type GradientCases = Readonly<Record<string, readonly GradientCase[]>>;

/** Draws the inputs of a case, each from a seed of its own. */
export function drawInputs({ at }: GradientCase): tf.Tensor[] {
  return at.map((input, position) => {
    const { shape, ...options } = "shape" in input ? input : { shape: input };
    return randomTensor([...shape], { seed: position + 1, ...options });
  });
}
