import { randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "../src/index.ts";

/** What every loss is checked with, besides MXNet's values. */
export interface LossCase {
  readonly make: () => layers.AnyBlock;
  /** Inputs away from kinks; the loss is differentiated in the first. */
  readonly inputs: () => tf.Tensor[];
}

type Exports = typeof layers;

/** Every exported loss, aliases left out. A loss without a case does not compile. */
export type LossName = Exclude<
  {
    [Name in keyof Exports]: Exports[Name] extends new (...args: never) => { readonly batchAxis: number }
      ? Name
      : never;
  }[keyof Exports],
  "SigmoidBCELoss" | "SoftmaxCELoss"
>;

const scores = () => randomTensor([3, 4], { seed: 1 });
const labels = () => randomTensor([3, 4], { seed: 2, low: 0.25, high: 1 });
const signs = () => tf.tensor2d([1, -1, 1, 1, -1, -1, 1, -1, 1, 1, -1, 1], [3, 4]);
/** Scores whose product with ±1 stays away from the margin of 1. */
const hingeScores = () => randomTensor([3, 4], { seed: 3, kinks: [-1, 1] });

export const lossCases = {
  CosineEmbeddingLoss: {
    make: () => new layers.CosineEmbeddingLoss({ margin: -1 }),
    inputs: () => [scores(), labels(), tf.tensor1d([1, -1, 1])],
  },
  HingeLoss: { make: () => new layers.HingeLoss(), inputs: () => [hingeScores(), signs()] },
  HuberLoss: {
    make: () => new layers.HuberLoss(),
    inputs: () => [randomTensor([3, 4], { kinks: [-1, 0, 1] }), tf.zeros([3, 4])],
  },
  KLDivLoss: { make: () => new layers.KLDivLoss({ fromLogits: false, axis: 0 }), inputs: () => [scores(), labels()] },
  L1Loss: { make: () => new layers.L1Loss({ weight: 0.5, batchAxis: 1 }), inputs: () => [scores(), tf.zeros([3, 4])] },
  L2Loss: { make: () => new layers.L2Loss(), inputs: () => [scores(), labels()] },
  LogisticLoss: { make: () => new layers.LogisticLoss(), inputs: () => [scores(), signs()] },
  PoissonNLLLoss: { make: () => new layers.PoissonNLLLoss(), inputs: () => [scores(), tf.ceil(labels())] },
  SigmoidBinaryCrossEntropyLoss: {
    make: () => new layers.SigmoidBinaryCrossEntropyLoss(),
    inputs: () => [scores(), labels()],
  },
  SoftmaxCrossEntropyLoss: {
    make: () => new layers.SoftmaxCrossEntropyLoss(),
    inputs: () => [scores(), tf.tensor1d([3, 0, 2])],
  },
  SquaredHingeLoss: { make: () => new layers.SquaredHingeLoss(), inputs: () => [hingeScores(), signs()] },
  TripletLoss: {
    make: () => new layers.TripletLoss({ margin: 30 }),
    inputs: () => [scores(), labels(), randomTensor([3, 4], { seed: 4 })],
  },
} satisfies Record<LossName, LossCase>;
