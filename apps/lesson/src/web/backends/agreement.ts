import { referenceConvolution } from "@camada/conv-math";
import { conv2d, random } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

/** How far the active backend is from float64, and how long it takes. */
export interface Agreement {
  /** Largest difference over the largest output. */
  readonly scaledError: number;
  /** Median of the repetitions. */
  readonly convolutionMs: number;
}

const X_SHAPE = [4, 6, 28, 28] as const;
const WEIGHT_SHAPE = [16, 6, 5, 5] as const;
const REPETITIONS = 7;

/** The lesson's second convolution on four random pictures, beside a plain loop in float64. */
export async function measureAgreement(): Promise<Agreement> {
  const source = random.mxnet(0);
  const x = { shape: X_SHAPE, data: source.uniform(size(X_SHAPE)) };
  const weight = { shape: WEIGHT_SHAPE, data: source.uniform(size(WEIGHT_SHAPE), -0.07, 0.07) };
  const [xs, ws] = [tf.tensor4d(x.data, [...X_SHAPE]), tf.tensor4d(weight.data, [...WEIGHT_SHAPE])];
  try {
    const times: number[] = [];
    let live: ArrayLike<number> = [];
    for (let i = 0; i < REPETITIONS; i++) {
      const start = performance.now();
      const y = conv2d(xs, ws);
      live = await y.data();
      times.push(performance.now() - start);
      y.dispose();
    }
    const { data: exact } = referenceConvolution(x, weight);
    let [worst, largest] = [0, 0];
    for (let i = 0; i < exact.length; i++) {
      worst = Math.max(worst, Math.abs(live[i]! - exact[i]!));
      largest = Math.max(largest, Math.abs(exact[i]!));
    }
    return { scaledError: worst / largest, convolutionMs: times.sort((a, b) => a - b)[Math.floor(REPETITIONS / 2)]! };
  } finally {
    tf.dispose([xs, ws]);
  }
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
