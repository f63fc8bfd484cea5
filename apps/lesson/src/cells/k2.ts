import {
  Compose,
  DataLoader,
  type ImageDataset,
  type OpenedDataset,
  Resize,
  toFloat32,
  ToTensor,
} from "@camada/datasets";
import { className } from "../class-name.ts";
import { defineCell, output, PAGE_SOURCE, paragraph } from "../cell.ts";
import { decimals, localized, type Localized } from "../localized.ts";
import type { Picture } from "../output.ts";
import { shapeText } from "../shape-text.ts";
import { type Check, compareBands, compareNumbers, verdictOf } from "../verdict.ts";

const BATCH_SIZE = 128;

/** Facts of the published dataset. */
const PUBLISHED = { train: 60_000, test: 10_000, trainOfClass: 6_000, testOfClass: 1_000 } as const;

export const k2 = defineCell({
  id: "K2",
  kind: "code",
  title: { "pt-BR": "Os dados: Fashion-MNIST", en: "The data: Fashion-MNIST" },
  prose: [
    paragraph(
      "Fashion-MNIST tem fotos de roupas em dez classes, 28 × 28 pixels em tons de cinza. Cada foto é ampliada para 32 × 32 e convertida de bytes para números de 0 a 1, com o canal na frente: (1, 32, 32).",
      "Fashion-MNIST has photographs of clothes in ten classes, 28 × 28 grey pixels. Each is enlarged to 32 × 32 and turned from bytes to numbers from 0 to 1, channel first: (1, 32, 32).",
    ),
    paragraph(
      "O notebook define aqui também a acurácia e o laço de treino. Eles fazem parte da biblioteca e aparecem nas células K3 e K8.",
      "Here the notebook also defines accuracy and the training loop. They are part of the library and appear in cells K3 and K8.",
    ),
  ],
  code: `import { Compose, DataLoader, Resize, ToTensor } from "@camada/datasets";
import { openFashionMNIST } from "@camada/datasets/node";

const { train } = await openFashionMNIST();
const transform = new Compose([new Resize(32), new ToTensor()]);
const data = train.transformFirst(transform);
const loader = new DataLoader(data, { batchSize: 128, shuffle: true });
for await (const { images, labels } of loader) {
  console.log(images.shape, labels.length);
  break;
}`,
  recorded: [],
  needs: ["fashion-mnist"],
  parameters: {},
  async *run({ open }) {
    const opened = await open("fashion-mnist");
    const { train, test } = opened;
    const batches = [train, test].map((dataset) => new DataLoader(dataset, { batchSize: BATCH_SIZE }).length);
    yield output({ kind: "text", name: "K2-source", text: sourceText(opened) });
    yield output({
      kind: "table",
      name: "K2-counts",
      columns: [
        { title: "" },
        { title: { "pt-BR": "imagens", en: "pictures" }, align: "right" },
        { title: { "pt-BR": "lotes de 128", en: "batches of 128" }, align: "right" },
        { title: { "pt-BR": "último lote", en: "last batch" }, align: "right" },
      ],
      rows: [
        [{ "pt-BR": "treino", en: "training" }, train.length, batches[0]!, train.length % BATCH_SIZE || BATCH_SIZE],
        [{ "pt-BR": "teste", en: "test" }, test.length, batches[1]!, test.length % BATCH_SIZE || BATCH_SIZE],
      ],
    });
    yield output({
      kind: "pictures",
      name: "K2-pictures",
      caption: { "pt-BR": "A primeira imagem de cada classe", en: "The first picture of each class" },
      columns: 5,
      pictures: firstOfEachClass(train),
      alt: {
        "pt-BR": `Dez roupas: ${train.classNames.join(", ")}.`,
        en: `Ten clothes: ${train.classNames.join(", ")}.`,
      },
    });
    const [ofTrain, ofTest] = [histogram(train), histogram(test)] as const;
    yield output({
      kind: "bars",
      name: "K2-classes",
      caption: { "pt-BR": "Imagens de treino por classe", en: "Training pictures of each class" },
      bars: train.classNames.map((name, i) => ({ label: className(name), value: ofTrain[i]! })),
    });
    const range = valueRange(test);
    yield output({
      kind: "text",
      name: "K2-range",
      text: localized((say, language) => {
        const values = `${say(decimals(range.min, 1))} … ${say(decimals(range.max, 1))}`;
        const shape = shapeText(range.shape);
        return language === "pt-BR"
          ? `Depois de Resize(32) e ToTensor: forma ${shape}, valores ${values} (imagens de teste)`
          : `After Resize(32) and ToTensor: shape ${shape}, values ${values} (test pictures)`;
      }),
    });
    const rangeCheck = compareNumbers({
      what: { "pt-BR": "menor e maior valor", en: "smallest and largest value" },
      against: "formula",
      live: [range.min, range.max],
      expected: [0, 1],
      names: ["min", "max"],
    });
    return verdictOf([countCheck(opened, [...ofTrain, ...ofTest]), rangeCheck]);
  },
});

function countCheck({ train, test, source }: OpenedDataset, ofClasses: readonly number[]): Check {
  const what = {
    "pt-BR": "número de imagens, ao todo e por classe",
    en: "number of pictures, in all and of each class",
  };
  const live = [train.length, test.length, ...ofClasses];
  const { length: classes } = train.classNames;
  const expected = [
    PUBLISHED.train,
    PUBLISHED.test,
    ...Array.from({ length: 2 * classes }, (_, i) => (i < classes ? PUBLISHED.trainOfClass : PUBLISHED.testOfClass)),
  ];
  const names = [
    "train",
    "test",
    ...train.classNames.map((c) => `train, ${c}`),
    ...train.classNames.map((c) => `test, ${c}`),
  ];
  if (!source.isSubset) return compareNumbers({ what, against: "publisher", live, expected, names });
  const values = live.map((value, i) => ({ name: names[i]!, live: value, low: 1, high: expected[i]! }));
  const band = {
    "pt-BR": "uma parte do conjunto publicado, no máximo o todo",
    en: "a part of the published set, at most the whole",
  };
  return compareBands({ what, against: "publisher", values: values.slice(0, 2), band });
}

/** Where the data come from; for a part of them, also why the whole was not to be had. */
function sourceText({ source, rejected }: OpenedDataset): Localized {
  const { name, location, isSubset } = source;
  const reasons = isSubset ? rejected.map((refused) => `\n✗ ${refused.source}: ${refused.reason}`).join("") : "";
  const isPage = name === PAGE_SOURCE;
  return {
    "pt-BR": `Fashion-MNIST ${isPage ? "desta página" : `de ${location} (${name})`}${isSubset ? ", uma parte do conjunto" : ""}${reasons}`,
    en: `Fashion-MNIST from ${isPage ? "this page" : `${location} (${name})`}${isSubset ? ", a part of the whole" : ""}${reasons}`,
  };
}

function firstOfEachClass(dataset: ImageDataset): Picture[] {
  return dataset.classNames.map((name, label) => {
    const { image } = dataset.get(dataset.labels.indexOf(label));
    const [height, width] = image.shape;
    return { label: className(name), width, height, channels: 1, pixels: Uint8Array.from(image.data) };
  });
}

function histogram({ labels, classNames }: ImageDataset): number[] {
  const counts = classNames.map(() => 0);
  for (const label of labels) counts[label]!++;
  return counts;
}

function valueRange(dataset: ImageDataset): { shape: number[]; min: number; max: number } {
  const data = dataset.transformFirst(new Compose([new Resize(32), new ToTensor()]));
  let [min, max] = [Infinity, -Infinity];
  let shape: number[] = [];
  for (let start = 0; start < data.length; start += BATCH_SIZE) {
    const indices = Int32Array.from({ length: Math.min(BATCH_SIZE, data.length - start) }, (_, i) => start + i);
    const { images } = data.batch(indices);
    shape = images.shape.slice(1);
    for (const value of toFloat32(images)) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { shape, min, max };
}
