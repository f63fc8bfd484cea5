import { defineCell, paragraph, remark } from "../cell.ts";
import { areDefaults } from "../parameters.ts";
import { recordedShapes } from "../recorded/shapes.ts";
import { runShapes } from "./layer-shapes.ts";

const parameters = {
  kernelHeight: { kind: "integer", label: { "pt-BR": "filtro k_h", en: "kernel k_h" }, default: 3, min: 1, max: 8 },
  kernelWidth: { kind: "integer", label: { "pt-BR": "filtro k_w", en: "kernel k_w" }, default: 5, min: 1, max: 8 },
  paddingHeight: {
    kind: "integer",
    label: { "pt-BR": "padding em cima e embaixo", en: "padding above and below" },
    default: 0,
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
  strideHeight: { kind: "integer", label: { "pt-BR": "passo s_h", en: "stride s_h" }, default: 3, min: 1, max: 8 },
  strideWidth: { kind: "integer", label: { "pt-BR": "passo s_w", en: "stride s_w" }, default: 4, min: 1, max: 8 },
} as const;

const square = { kernelSize: [3, 3], padding: [1, 1] } as const;

export const k7 = defineCell({
  id: "K7",
  kind: "code",
  title: { "pt-BR": "Três strides, três tamanhos", en: "Three strides, three sizes" },
  prose: [
    paragraph(
      "A mesma entrada 8 × 8 com três passos: 1, 2 e (3, 4). O último usa um filtro 3 × 5 e padding só na largura, e deixa sem ler as duas últimas linhas.",
      "The same 8 × 8 input with three strides: 1, 2 and (3, 4). The last one uses a 3 × 5 kernel and padding in the width only, and leaves the last two rows unread.",
    ),
    remark(
      "O título que o notebook imprime para o terceiro caso não diz que o filtro é 3 × 5.",
      "The heading that the notebook prints for the third case does not say that its kernel is 3 × 5.",
    ),
  ],
  code: `import { Conv2D } from "@camada/layers";
import { random } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

const x = tf.tensor4d(random.mxnet(0).uniform(64), [1, 1, 8, 8]);
const layers = [
  new Conv2D(1, { kernelSize: 3, padding: 1, strides: 1 }),
  new Conv2D(1, { kernelSize: 3, padding: 1, strides: 2 }),
  new Conv2D(1, { kernelSize: [3, 5], padding: [0, 1], strides: [3, 4] }),
];
for (const conv of layers) {
  conv.initialize();
  console.log(conv.forward(x).shape.slice(2));
}`,
  recorded: [{ text: recordedShapes.K7.join("\n") }],
  parameters,
  run(_context, values) {
    const { kernelHeight, kernelWidth, paddingHeight, paddingWidth, strideHeight, strideWidth } = values;
    const settings = [
      { ...square, strides: [1, 1] },
      { ...square, strides: [2, 2] },
      {
        kernelSize: [kernelHeight, kernelWidth],
        padding: [paddingHeight, paddingWidth],
        strides: [strideHeight, strideWidth],
      },
    ] as const;
    return runShapes("K7", settings, areDefaults(parameters, values) ? recordedShapes.K7 : undefined);
  },
});
