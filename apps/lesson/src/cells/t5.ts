import { defineCell, output, paragraph, remark } from "../cell.ts";
import { networkFigure } from "../figures/network-figure.ts";
import { verdictOf } from "../verdict.ts";
import { LENET_INPUT, measureLenet } from "./lenet.ts";
import { checkParameters, largestShare, total } from "./lenet-table.ts";

export const t5 = defineCell({
  id: "T5",
  kind: "text",
  title: {
    "pt-BR": "A rede da aula: uma LeNet-5 sem subamostragem",
    en: "The lesson's network: LeNet-5 without subsampling",
  },
  prose: [
    paragraph(
      "A LeNet-5 lia dígitos em 1998. Aqui ficam as três convoluções 5 × 5 e as duas camadas densas; as camadas de subamostragem, que ainda não foram vistas, saem. As camadas são empilhadas em um `Sequential`, e os tamanhos que faltam são descobertos com a primeira imagem.",
      "LeNet-5 read digits in 1998. Here the three 5 × 5 convolutions and the two dense layers stay; the subsampling layers, not yet seen, go. Layers are stacked in a `Sequential`, and sizes that are missing are found with the first picture.",
    ),
    remark(
      "Sem a subamostragem os mapas continuam grandes, e a primeira camada densa fica com quase todos os pesos: justo o problema do começo da aula. A rede original tem uns 60 mil parâmetros.",
      "Without subsampling the maps stay large, and the first dense layer gets nearly all the weights: the very problem that the lesson began with. The original network has some 60 thousand parameters.",
    ),
  ],
  code: `import { Conv2D, Dense, Flatten, Sequential } from "@camada/layers";

const net = new Sequential();
net.add(
  new Conv2D(6, { kernelSize: 5, activation: "tanh" }),
  new Conv2D(16, { kernelSize: 5, activation: "tanh" }),
  new Conv2D(120, { kernelSize: 5, activation: "tanh" }),
  new Flatten(),
  new Dense(84, { activation: "tanh" }),
  new Dense(10),
);
console.log(String(net));`,
  recorded: [],
  parameters: {},
  async *run() {
    const { printed, layers } = measureLenet();
    const input = { name: "", shape: LENET_INPUT.slice(1), parameters: 0 };
    const stages = layers.map(({ name, outputShape, parameters }) => ({
      name,
      shape: outputShape.slice(1),
      parameters,
    }));
    yield output(networkFigure("T5", [input, ...stages]));
    yield output({ kind: "text", name: "T5-printed", text: printed });
    yield output({
      kind: "table",
      name: "T5-layers",
      columns: [
        { title: { "pt-BR": "camada", en: "layer" } },
        { title: { "pt-BR": "saída", en: "output" } },
        { title: { "pt-BR": "parâmetros", en: "parameters" }, align: "right" },
      ],
      rows: stages.map(({ name, shape, parameters }) => [name, { shape }, parameters]),
      total: ["total", "", total(layers)],
    });
    yield output({ kind: "text", name: "T5-share", text: largestShare(layers) });
    return verdictOf([checkParameters(layers)]);
  },
});
