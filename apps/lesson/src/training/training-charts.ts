import type { EpochRecord } from "@camada/training";
import { decimals, type Localized, localized } from "../localized.ts";
import type { ChartOutput } from "../output.ts";
import type { RecordedEpoch } from "../recorded/training.ts";
import type { StepCurve } from "./step-curve.ts";

const words = {
  epoch: { "pt-BR": "época", en: "epoch" },
  loss: { "pt-BR": "perda", en: "loss" },
  accuracy: { "pt-BR": "acurácia", en: "accuracy" },
  trainSteps: { "pt-BR": "treino, passo a passo", en: "training, step by step" },
  train: { "pt-BR": "treino", en: "training" },
  test: { "pt-BR": "teste", en: "test" },
} satisfies Record<string, Localized>;

type Points = readonly (readonly [x: number, y: number])[];

/** The loss and accuracy of a run as curves, with what the notebook recorded as hollow marks. */
export function trainingCharts(
  name: string,
  history: readonly EpochRecord[],
  curve: StepCurve,
  recorded: readonly RecordedEpoch[],
): ChartOutput[] {
  const test = (figure: "loss" | "accuracy"): Points =>
    history.flatMap((epoch) => (epoch.test === undefined ? [] : [[epoch.epoch, epoch.test[figure]] as const]));
  const loss = chart(`${name}-loss`, words.loss, [
    { label: words.trainSteps, style: "line", points: curve.points() },
    { label: words.test, style: "line", points: test("loss") },
    hollow(words.train, recorded, "trainLoss"),
    hollow(words.test, recorded, "testLoss"),
  ]);
  const accuracy = chart(`${name}-accuracy`, words.accuracy, [
    { label: words.train, style: "line", points: history.map((epoch) => [epoch.epoch, epoch.train.accuracy] as const) },
    { label: words.test, style: "line", points: test("accuracy") },
    hollow(words.train, recorded, "trainAccuracy"),
    hollow(words.test, recorded, "testAccuracy"),
  ]);
  return [loss, accuracy];
}

function hollow(
  label: Localized,
  recorded: readonly RecordedEpoch[],
  figure: "trainLoss" | "trainAccuracy" | "testLoss" | "testAccuracy",
): ChartOutput["series"][number] {
  const points = recorded.flatMap((epoch): Points => {
    const value = epoch[figure];
    return value === undefined ? [] : [[epoch.epoch, value]];
  });
  return { label: localized((say) => `${say(label)}, notebook`), style: "hollow", points };
}

function chart(name: string, yLabel: Localized, series: ChartOutput["series"]): ChartOutput {
  const shown = series.filter(({ points }) => points.length > 0);
  const alt = localized((say) => {
    const ends = shown.map(({ label, points }) => {
      const [x, y] = points.at(-1)!;
      return `${say(label)}: ${say(decimals(y, 3))} (${say(words.epoch)} ${say(decimals(x, x % 1 === 0 ? 0 : 1))})`;
    });
    return `${say(yLabel)}. ${ends.join("; ")}`;
  });
  return { kind: "chart", name, xLabel: words.epoch, yLabel, series: shown, alt };
}
