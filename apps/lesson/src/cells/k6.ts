import { defineCell, paragraph } from "../cell.ts";
import { areDefaults } from "../parameters.ts";
import { recordedShapes } from "../recorded/shapes.ts";
import { runShapes } from "./layer-shapes.ts";

const parameters = {
  kernelHeight: { kind: "integer", label: { "pt-BR": "filtro k_h", en: "kernel k_h" }, default: 5, min: 1, max: 8 },
  kernelWidth: { kind: "integer", label: { "pt-BR": "filtro k_w", en: "kernel k_w" }, default: 3, min: 1, max: 8 },
  paddingHeight: {
    kind: "integer",
    label: { "pt-BR": "padding em cima e embaixo", en: "padding above and below" },
    default: 2,
    min: 0,
    max: 4,
  },
  paddingWidth: {
    kind: "integer",
    label: { "pt-BR": "padding à esquerda e à direita", en: "padding left and right" },
    default: 1,
    min: 0,
    max: 4,
  },
} as const;

export const k6 = defineCell({
  id: "K6",
  kind: "code",
  title: { "pt-BR": "Filtro 5 × 3: um padding para cada eixo", en: "Kernel 5 × 3: a padding for each axis" },
  prose: [
    paragraph(
      "Altura e largura são independentes. Um filtro 5 × 3 mantém o tamanho com dois zeros em cima e embaixo e um de cada lado.",
      "Height and width are independent. A 5 × 3 kernel keeps the size with two zeros above and below and one on either side.",
    ),
  ],
  code: `import { Conv2D } from "@camada/layers";
import { random } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

const x = tf.tensor4d(random.mxnet(0).uniform(64), [1, 1, 8, 8]);
const conv = new Conv2D(1, { kernelSize: [5, 3], padding: [2, 1] });
conv.initialize();
console.log(conv.forward(x).shape.slice(2));`,
  recorded: [{ text: recordedShapes.K6.join("\n") }],
  parameters,
  run(_context, values) {
    const { kernelHeight, kernelWidth, paddingHeight, paddingWidth } = values;
    const setting = {
      kernelSize: [kernelHeight, kernelWidth],
      padding: [paddingHeight, paddingWidth],
      strides: [1, 1],
    } as const;
    return runShapes("K6", [setting], areDefaults(parameters, values) ? recordedShapes.K6 : undefined);
  },
});
