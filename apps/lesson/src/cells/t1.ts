import { layerCost } from "@camada/conv-math";
import { Conv2D, Dense } from "@camada/layers";
import { defineCell, output, paragraph } from "../cell.ts";
import { grouped, localized } from "../localized.ts";
import { compareNumbers, verdictOf } from "../verdict.ts";
import { parametersOf } from "./lenet.ts";

const parameters = {
  units: { kind: "integer", label: { "pt-BR": "unidades densas", en: "dense units" }, default: 84, min: 1, max: 4096 },
  filters: { kind: "integer", label: { "pt-BR": "filtros", en: "kernels" }, default: 6, min: 1, max: 512 },
  kernelSize: { kind: "integer", label: { "pt-BR": "lado do filtro", en: "kernel side" }, default: 5, min: 1, max: 15 },
} as const;

/** Channels, height, width: the lesson's picture, the one of cell T6 in grey and in colour, a photograph. */
const PICTURES = [
  [1, 32, 32],
  [1, 240, 240],
  [3, 240, 240],
  [3, 1080, 1920],
] as const;

export const t1 = defineCell({
  id: "T1",
  kind: "text",
  title: { "pt-BR": "Por que não só camadas densas", en: "Why not dense layers alone" },
  prose: [
    paragraph(
      "Em uma camada densa cada saída tem um peso para cada pixel. Imagens têm muitos pixels, e o número de pesos cresce com cada um deles.",
      "In a dense layer every output has a weight for every pixel. Pictures have many pixels, and the number of weights grows with each of them.",
    ),
    paragraph(
      "Uma camada convolucional usa os mesmos poucos pesos em todas as posições. O número deles depende do filtro e dos canais, e não do tamanho da imagem. A tabela conta os parâmetros em camadas de verdade.",
      "A convolutional layer uses the same few weights at every position. Their number depends on the kernel and the channels, not on the size of the picture. The table counts the parameters of real layers.",
    ),
  ],
  recorded: [],
  parameters,
  async *run(_context, { units, filters, kernelSize }) {
    const rows = PICTURES.map(([channels, height, width]) => {
      const inputShape = [1, channels, height, width];
      const dense = parametersOf(new Dense(units, { inUnits: channels * height * width }));
      const convolution = parametersOf(new Conv2D(filters, { kernelSize, inChannels: channels }));
      const expected = [
        layerCost(inputShape, { kind: "dense", units }).parameters,
        layerCost(inputShape, { kind: "convolution", channels: filters, kernelSize }).parameters,
      ];
      return { shape: [channels, height, width], live: [dense, convolution], expected };
    });
    yield output({
      kind: "table",
      name: "T1-parameters",
      columns: [
        { title: { "pt-BR": "imagem (c, h, w)", en: "picture (c, h, w)" } },
        { title: `Dense(${units})`, align: "right" },
        { title: `Conv2D(${filters}, ${kernelSize} × ${kernelSize})`, align: "right" },
        { title: { "pt-BR": "razão", en: "ratio" }, align: "right" },
      ],
      rows: rows.map(({ shape, live }) => [
        { shape },
        ...live,
        localized((say) => `${say(grouped(Math.round(live[0]! / live[1]!)))} ×`),
      ]),
    });
    return verdictOf([
      compareNumbers({
        what: { "pt-BR": "parâmetros das camadas", en: "parameters of the layers" },
        against: "formula",
        live: rows.flatMap(({ live }) => live),
        expected: rows.flatMap(({ expected }) => expected),
        names: rows.flatMap(({ shape }) => [`Dense, ${shape.join("×")}`, `Conv2D, ${shape.join("×")}`]),
      }),
    ]);
  },
});
