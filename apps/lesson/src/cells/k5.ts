import { defineCell, paragraph } from "../cell.ts";
import { areDefaults } from "../parameters.ts";
import { recordedShapes } from "../recorded/shapes.ts";
import { runShapes } from "./layer-shapes.ts";

const parameters = {
  kernelSize: { kind: "integer", label: { "pt-BR": "lado do filtro", en: "kernel side" }, default: 3, min: 1, max: 8 },
  padding: {
    kind: "integer",
    label: { "pt-BR": "padding de cada lado", en: "padding on each side" },
    default: 1,
    min: 0,
    max: 4,
  },
} as const;

export const k5 = defineCell({
  id: "K5",
  kind: "code",
  title: { "pt-BR": "Filtro 3 × 3, sem e com padding", en: "Kernel 3 × 3, without and with padding" },
  prose: [
    paragraph(
      "Uma entrada 8 × 8 passa por duas camadas com filtro 3 × 3. Sem padding a saída perde duas linhas e duas colunas; com um zero de cada lado fica do mesmo tamanho.",
      "An 8 × 8 input goes through two layers with a 3 × 3 kernel. Without padding the output loses two rows and two columns; with one zero on each side it keeps its size.",
    ),
  ],
  code: `import { Conv2D } from "@camada/layers";
import { random } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

const x = tf.tensor4d(random.mxnet(0).uniform(64), [1, 1, 8, 8]);
for (const padding of [0, 1]) {
  const conv = new Conv2D(1, { kernelSize: 3, padding });
  conv.initialize();
  console.log(conv.forward(x).shape.slice(2));
}`,
  recorded: [{ text: recordedShapes.K5.join("\n") }],
  parameters,
  run(_context, values) {
    const kernelSize = [values.kernelSize, values.kernelSize] as const;
    const strides = [1, 1] as const;
    const settings = [
      { kernelSize, padding: [0, 0] as const, strides },
      { kernelSize, padding: [values.padding, values.padding] as const, strides },
    ];
    return runShapes("K5", settings, areDefaults(parameters, values) ? recordedShapes.K5 : undefined);
  },
});
