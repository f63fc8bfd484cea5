import { defineCell, paragraph, remark } from "../cell.ts";
import { gentleRuns, referenceRuns } from "../recorded/reference-runs.ts";
import { recordedEpochs } from "../recorded/training.ts";
import { runTrainingCell } from "./training-cell.ts";
import { trainingCode } from "./training-code.ts";

const { orders, collapsed } = referenceRuns.K8;
const { low, high } = gentleRuns.testAccuracy[10];

export const k8 = defineCell({
  id: "K8",
  kind: "code",
  title: { "pt-BR": "A mesma rede com Fashion-MNIST", en: "The same network on Fashion-MNIST" },
  prose: [
    paragraph(
      "A rede é a mesma, com padding e stride escritos por extenso. Mudam os dados, fotos de dez tipos de roupa, e o otimizador, que ganha momentum 0,9.",
      "The network is the same, with padding and stride spelled out. What changes are the data, photographs of ten kinds of clothing, and the optimizer, which gets momentum 0.9.",
    ),
    paragraph(
      "A matriz de confusão mostra que classes a rede toma umas pelas outras. Depois dela vêm as imagens em que a rede mais erra, com a classe e a resposta.",
      "The confusion matrix shows which classes the network takes for each other. After it come the pictures that it is most wrong about, with class and answer.",
    ),
    remark(
      `O texto diz que só se escreveram os valores padrão, mas a célula também troca os dados e o otimizador. Com momentum 0.9 o passo efetivo é dez vezes maior, duro demais para esta rede: em ${orders} execuções de referência, que só diferem na ordem das imagens, ${collapsed} entraram em colapso. A do notebook teve sorte.`,
      `The text says that only default values were spelled out, but the cell also changes the data and the optimizer. With momentum 0.9 the effective step is ten times larger, too harsh for this network: of ${orders} reference runs, which differ in the order of the pictures alone, ${collapsed} collapsed. The notebook's was lucky.`,
    ),
    remark(
      `Com taxa 0.01 a mesma rede chega a ${low} – ${high} em dez épocas: \`camada train --dataset fashion-mnist --learning-rate 0.01\`.`,
      `With rate 0.01 the same network reaches ${low} – ${high} in ten epochs: \`camada train --dataset fashion-mnist --learning-rate 0.01\`.`,
    ),
  ],
  code: trainingCode("openFashionMNIST", "{ learningRate: 0.1, momentum: 0.9, wd: 1e-6 }"),
  recorded: [{ text: recordedEpochs.K8.map(({ line }) => line).join("\n") }],
  needs: ["fashion-mnist"],
  parameters: {},
  run: (context) => runTrainingCell("K8", context),
});
