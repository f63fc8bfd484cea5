import { defineCell, output, paragraph, remark } from "../cell.ts";
import { statedShapes } from "../recorded/figures.ts";
import { shapeText } from "../shape-text.ts";
import { compareTexts, verdictOf } from "../verdict.ts";
import { lenetCost, measureLenet } from "./lenet.ts";
import { checkParameters, largestShare, total } from "./lenet-table.ts";

export const t10 = defineCell({
  id: "T10",
  kind: "text",
  title: { "pt-BR": "A saída de cada camada, conta por conta", en: "Each layer's output, worked out" },
  prose: [
    paragraph(
      "Com padding 0 e stride 1, os valores que as camadas já usavam, cada convolução 5 × 5 tira 4 linhas e 4 colunas. A rede é a mesma da célula T5, agora com o tamanho de cada saída ao lado do que o notebook anota nos comentários.",
      "With padding 0 and stride 1, the values that the layers used all along, each 5 × 5 convolution takes away 4 rows and 4 columns. The network is that of cell T5, now with the size of every output beside what the notebook notes in its comments.",
    ),
    remark(
      "O notebook diz que o resultado não muda porque só os valores padrão foram escritos. Na célula que segue mudam também os dados (Fashion-MNIST) e o otimizador (momentum 0,9), e com eles o resultado.",
      "The notebook says that the result stays the same because only defaults were written out. In the cell that follows, the data (Fashion-MNIST) and the optimizer (momentum 0.9) change too, and the result with them.",
    ),
  ],
  recorded: [{ label: "comments", text: statedShapes.map(shapeText).join("\n") }],
  parameters: {},
  async *run() {
    const { layers } = measureLenet();
    yield output({
      kind: "table",
      name: "T10-layers",
      columns: [
        { title: { "pt-BR": "camada", en: "layer" } },
        { title: { "pt-BR": "saída", en: "output" } },
        { title: "notebook" },
        { title: { "pt-BR": "parâmetros", en: "parameters" }, align: "right" },
        { title: { "pt-BR": "multiplicações", en: "multiplications" }, align: "right" },
      ],
      rows: layers.map(({ name, outputShape, parameters }, i) => [
        name,
        { shape: outputShape.slice(1) },
        statedShapes[i] === undefined ? "" : { shape: statedShapes[i] },
        parameters,
        lenetCost.layers[i]!.multiplyAdds,
      ]),
      total: ["total", "", "", total(layers), lenetCost.multiplyAdds],
    });
    yield output({ kind: "text", name: "T10-share", text: largestShare(layers) });
    return verdictOf([
      compareTexts({
        what: { "pt-BR": "formas das saídas", en: "output shapes" },
        against: "notebook",
        live: layers.map(({ outputShape }) => shapeText(outputShape.slice(1))),
        expected: statedShapes.map(shapeText),
        names: layers.map(({ name }, i) => `${i} ${name}`),
      }),
      checkParameters(layers),
    ]);
  },
});
