import { defineCell, paragraph, remark } from "../cell.ts";
import { recordedEpochs } from "../recorded/training.ts";
import { runTrainingCell } from "./training-cell.ts";
import { trainingCode } from "./training-code.ts";

export const k3 = defineCell({
  id: "K3",
  kind: "code",
  title: { "pt-BR": "LeNet sem pooling, treinada com MNIST", en: "LeNet without pooling, trained on MNIST" },
  prose: [
    paragraph(
      "A rede da figura anterior aprende a ler dígitos: 60.000 imagens por época em lotes de 128, taxa de aprendizado 0,1, weight decay 10⁻⁶, sem momentum. Os pesos começam perto de zero, com desvio padrão 0,01.",
      "The network of the last figure learns to read digits: 60,000 pictures an epoch in batches of 128, learning rate 0.1, weight decay 10⁻⁶, no momentum. The weights begin near zero, with standard deviation 0.01.",
    ),
    paragraph(
      "Com pesos tão pequenos a rede quase não responde à imagem. A perda fica parada em ln 10 ≈ 2,30 por uns 200 passos, e depois cai de uma vez: por isso a acurácia de treino da primeira época, média do caminho todo, é tão menor que a de teste, medida no fim.",
      "With weights this small the network hardly answers to the picture. The loss stays at ln 10 ≈ 2.30 for some 200 steps and then falls at once: so the first epoch's training accuracy, a mean over the whole way, is far below the test accuracy, measured at its end.",
    ),
    remark(
      "A célula chama `load_data_mnist`, que o notebook não define em lugar nenhum. Aqui os dados são os do MNIST, preparados como os da outra célula de treino.",
      "The cell calls `load_data_mnist`, which the notebook defines nowhere. Here the data are MNIST's, prepared as in the other training cell.",
    ),
    remark(
      "A saída guardada no notebook acaba no meio da terceira época. O resto não se conhece, e não é inventado aqui.",
      "The output stored in the notebook ends in the middle of the third epoch. The rest is not known, and is not invented here.",
    ),
    remark(
      "A primeira época do notebook (1.2034) fica um pouco abaixo da faixa dos treinos inteiros: o processo dele já tinha sorteado outros números, e seus pesos iniciais não eram os de um processo novo.",
      "The notebook's first epoch (1.2034) lies a little below the band of whole trainings: its process had drawn other numbers before, so its initial weights were not those of a fresh one.",
    ),
  ],
  code: trainingCode("openMNIST", "{ learningRate: 0.1, wd: 1e-6 }"),
  recorded: [{ text: recordedEpochs.K3.map(({ line }) => line).join("\n") }],
  needs: ["mnist"],
  parameters: {},
  run: (context) => runTrainingCell("K3", context),
});
