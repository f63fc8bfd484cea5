import type { ImageDataset } from "@camada/datasets";
import { SoftmaxCrossEntropyLoss } from "@camada/layers";
import { type AbortSignalLike, confusionMatrix, evaluate, type Mistake, worstMistakes } from "@camada/training";
import { className } from "../class-name.ts";
import { type Localized, localized } from "../localized.ts";
import type { PicturesOutput, TableOutput } from "../output.ts";
import type { LessonTraining } from "./lesson-training.ts";

const CLASSES = 10;
const WORST = 8;

/** Which class is taken for which, and the pictures that the network is most wrong about. */
export async function mistakeOutputs(
  name: string,
  { net, testLoader, testPictures }: LessonTraining,
  signal: AbortSignalLike,
): Promise<[TableOutput, PicturesOutput]> {
  const metrics = { confusion: confusionMatrix(CLASSES), worst: worstMistakes(WORST) };
  const { confusion, worst } = await evaluate(net, new SoftmaxCrossEntropyLoss(), testLoader, { metrics, signal });
  return [confusionTable(name, confusion, testPictures.classNames), worstPictures(name, worst, testPictures)];
}

function confusionTable(
  name: string,
  confusion: readonly (readonly number[])[],
  classNames: readonly string[],
): TableOutput {
  return {
    kind: "table",
    name: `${name}-confusion`,
    caption: {
      "pt-BR": "Matriz de confusão: linhas são as classes, colunas são as respostas da rede",
      en: "Confusion matrix: rows are the classes, columns are the network's answers",
    },
    columns: [
      { title: { "pt-BR": "classe", en: "class" } },
      ...classNames.map((_, i) => ({ title: String(i), align: "right" as const })),
      { title: { "pt-BR": "certas", en: "right" }, align: "right" },
    ],
    rows: confusion.map((row, label) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      const share = total === 0 ? "–" : `${Math.round((100 * row[label]!) / total)} %`;
      return [numbered(label, classNames[label]!), ...row, share];
    }),
  };
}

/** Digits are their own numbers. */
function numbered(label: number, name: string): Localized {
  return localized((say) => (name === String(label) ? name : `${label} ${say(className(name))}`));
}

function worstPictures(name: string, worst: readonly Mistake[], pictures: ImageDataset): PicturesOutput {
  const nameOf = (label: number): Localized => className(pictures.classNames[label]!);
  return {
    kind: "pictures",
    name: `${name}-mistakes`,
    caption: {
      "pt-BR": "Os piores erros: a classe → a resposta da rede",
      en: "The worst mistakes: the class → the network's answer",
    },
    columns: 4,
    pictures: worst.map(({ index, label, predicted }) => {
      const { image } = pictures.get(index);
      const [height, width] = image.layout === "HWC" ? image.shape : image.shape.slice(1);
      const text = localized((say) => `${say(nameOf(label))} → ${say(nameOf(predicted))}`);
      return { label: text, width: width!, height: height!, channels: 1, pixels: Uint8Array.from(image.data) };
    }),
    alt: localized((say, language) =>
      worst
        .map(({ label, predicted, loss }) => {
          const figure = language === "pt-BR" ? `perda ${loss.toFixed(1)}` : `loss ${loss.toFixed(1)}`;
          return `${say(nameOf(label))} → ${say(nameOf(predicted))}, ${figure}`;
        })
        .join("; "),
    ),
  };
}
