import * as tf from "@tensorflow/tfjs-core";
import { TrainingOptionError } from "./errors.ts";
import { predicted, requireCount, type Metric } from "./metric.ts";

/** A sample that was taken for another class. */
export interface Mistake {
  /** Place of the sample in its dataset. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  readonly loss: number;
}

/** Numbers kept per mistake in a total: index, label, prediction, loss. */
const FIELDS = 4;

/**
 * The wrongly classified samples with the highest losses, the worst first.
 * @param count how many to keep.
 * @throws {TrainingOptionError} unless it is a whole number of 0 or more.
 */
export function worstMistakes(count: number): Metric<Mistake[]> {
  requireCount("worstMistakes", count, 0);
  return {
    measure({ outputs, labels, losses }) {
      if (labels.size !== losses.size) {
        throw new TrainingOptionError("worstMistakes", `one label for each of ${losses.size} losses`, `${labels.size}`);
      }
      return tf.concat([losses, predicted(outputs), labels].map((values) => tf.cast(values, "float32")));
    },
    combine(total = new Float64Array(), values, indices) {
      const n = values.length / 3;
      const mistakes = mistakesOf(total);
      for (let i = 0; i < n; i++) {
        const [loss, predictedClass, label] = [values[i]!, values[n + i]!, values[2 * n + i]!];
        if (predictedClass !== label) mistakes.push({ index: indices[i]!, label, predicted: predictedClass, loss });
      }
      // Sorting is stable: of equal losses the sample met first stays first.
      mistakes.sort((a, b) => b.loss - a.loss);
      return Float64Array.from(
        mistakes.slice(0, count).flatMap((mistake) => [mistake.index, mistake.label, mistake.predicted, mistake.loss]),
      );
    },
    value: mistakesOf,
  };
}

function mistakesOf(total: Float64Array): Mistake[] {
  return Array.from({ length: total.length / FIELDS }, (_, i) => {
    const [index, label, predictedClass, loss] = total.subarray(i * FIELDS, (i + 1) * FIELDS);
    return { index: index!, label: label!, predicted: predictedClass!, loss: loss! };
  });
}
