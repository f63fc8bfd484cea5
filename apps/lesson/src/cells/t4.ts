import { convolutionShape, layerCost } from "@camada/conv-math";
import { Conv2D } from "@camada/layers";
import * as tf from "@tensorflow/tfjs-core";
import { defineCell, formula, output, paragraph, remark } from "../cell.ts";
import { filtersFigure } from "../figures/filters-figure.ts";
import { localized } from "../localized.ts";
import { shapeText } from "../shape-text.ts";
import { compareNumbers, compareTexts, verdictOf } from "../verdict.ts";
import { parametersOf } from "./lenet.ts";

const parameters = {
  outputChannels: {
    kind: "integer",
    label: { "pt-BR": "canais de saída c_o", en: "output channels c_o" },
    default: 4,
    min: 1,
    max: 8,
  },
  inputChannels: {
    kind: "integer",
    label: { "pt-BR": "canais de entrada c_i", en: "input channels c_i" },
    default: 2,
    min: 1,
    max: 6,
  },
  kernelHeight: { kind: "integer", label: { "pt-BR": "filtro k_h", en: "kernel k_h" }, default: 5, min: 1, max: 7 },
  kernelWidth: { kind: "integer", label: { "pt-BR": "filtro k_w", en: "kernel k_w" }, default: 3, min: 1, max: 7 },
} as const;

const SIDE = 8;

export const t4 = defineCell({
  id: "T4",
  kind: "text",
  title: { "pt-BR": "Vários canais de saída", en: "Several output channels" },
  prose: [
    paragraph(
      "Um filtro dá um mapa. Para c_o mapas usam-se c_o filtros, todos sobre a mesma entrada, e os mapas são empilhados. Os pesos da camada formam um tensor de quatro eixos:",
      "One kernel gives one map. For c_o maps there are c_o kernels, all over the same input, and the maps are stacked. The layer's weights form a tensor of four axes:",
    ),
    formula("c_o × c_i × k_h × k_w", "c_o \\times c_i \\times k_h \\times k_w"),
    paragraph(
      "Cada filtro tem também um viés, um único número somado a todo o seu mapa.",
      "Each kernel also has a bias, a single number that is added to its whole map.",
    ),
    remark(
      "O notebook chama de tridimensionais os filtros com canais e diz que os da primeira camada têm três canais. O peso da camada inteira tem quatro eixos, e as imagens desta aula têm um só canal.",
      "The notebook calls kernels with channels three-dimensional and says that those of a first layer have three channels. The weight of a whole layer has four axes, and this lesson's pictures have a single channel.",
    ),
  ],
  recorded: [],
  parameters,
  async *run(_context, { outputChannels, inputChannels, kernelHeight, kernelWidth }) {
    const kernelSize = [kernelHeight, kernelWidth];
    const conv = new Conv2D(outputChannels, { kernelSize });
    conv.initialize("zeros");
    const xShape = [1, inputChannels, SIDE, SIDE];
    const yShape = tf.tidy(() => conv.forward(tf.zeros(xShape)).shape);
    const weightShape = conv.weight.shape;
    const count = parametersOf(conv);
    conv.dispose();
    yield output({
      kind: "shapes",
      name: "T4-shapes",
      rows: [{ call: `Conv2D(${outputChannels}, ${kernelHeight} × ${kernelWidth})`, input: xShape, output: yShape }],
    });
    yield output({
      kind: "text",
      name: "T4-weight",
      text: localized((_say, language) => {
        const shape = shapeText(weightShape);
        return language === "pt-BR" ? `peso ${shape}, ${count} parâmetros` : `weight ${shape}, ${count} parameters`;
      }),
    });
    yield output(filtersFigure("T4", weightShape, yShape));
    const cost = layerCost(xShape, { kind: "convolution", channels: outputChannels, kernelSize });
    return verdictOf([
      compareTexts({
        what: { "pt-BR": "formas do peso e da saída", en: "shapes of weight and output" },
        against: "formula",
        live: [shapeText(weightShape), shapeText(yShape)],
        expected: [shapeText(cost.weightShape!), shapeText(convolutionShape(xShape, cost.weightShape!))],
        names: ["weight", "output"],
      }),
      compareNumbers({
        what: { "pt-BR": "número de parâmetros", en: "number of parameters" },
        against: "formula",
        live: [count],
        expected: [cost.parameters],
        names: ["parameters"],
      }),
    ]);
  },
});
