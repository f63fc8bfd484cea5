import { lessonOutputSize, paddingsKeepingSize, splitPadTotal } from "@camada/conv-math";
import { conv2d } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { defineCell, formula, output, paragraph, remark } from "../cell.ts";
import type { Localized } from "../localized.ts";
import { compareTexts, verdictOf } from "../verdict.ts";

const parameters = {
  side: {
    kind: "integer",
    label: { "pt-BR": "lado da imagem", en: "side of the picture" },
    default: 8,
    min: 7,
    max: 32,
  },
  largestKernel: {
    kind: "integer",
    label: { "pt-BR": "maior filtro", en: "largest kernel" },
    default: 7,
    min: 1,
    max: 7,
  },
} as const;

export const t8 = defineCell({
  id: "T8",
  kind: "text",
  title: { "pt-BR": "Quanto padding para manter o tamanho", en: "How much padding keeps the size" },
  prose: [
    paragraph(
      "Sejam p_h e p_w os totais de linhas e colunas acrescentadas, somando os dois lados. A saída mede",
      "Let p_h and p_w be the rows and columns added in total, both sides together. The output measures",
    ),
    formula("(n_h − k_h + p_h + 1) × (n_w − k_w + p_w + 1)", "(n_h - k_h + p_h + 1) \\times (n_w - k_w + p_w + 1)"),
    paragraph(
      "Com p = k − 1 o tamanho não muda. Se k é ímpar, p é par e cada lado recebe metade. Se k é par, um lado recebe ⌈p/2⌉ e o outro ⌊p/2⌋. É um dos motivos de quase todos os filtros terem lado 1, 3, 5 ou 7.",
      "With p = k − 1 the size stays. If k is odd, p is even and each side gets half. If k is even, one side gets ⌈p/2⌉ and the other ⌊p/2⌋. It is one reason why nearly all kernels have a side of 1, 3, 5 or 7.",
    ),
    remark(
      "O argumento `padding` das camadas do Gluon é o que se acrescenta de cada lado, metade do p desta fórmula. Por isso nenhum `padding` mantém o tamanho quando k é par: a divisão desigual precisa de `pad` antes da camada. O TensorFlow põe a metade maior do outro lado.",
      "The `padding` argument of Gluon's layers is what is added on each side, half of this formula's p. So no `padding` keeps the size when k is even: the uneven split takes a `pad` before the layer. TensorFlow puts the larger half on the other side.",
    ),
  ],
  recorded: [],
  parameters,
  async *run(_context, { side, largestKernel }) {
    const kernels = Array.from({ length: largestKernel }, (_, i) => i + 1);
    const found = kernels.map((k) => {
      const split = splitPadTotal(k - 1, "before");
      const shape = tf.tidy(() =>
        conv2d(tf.zeros([1, 1, side, side]), tf.zeros([1, 1, k, k]), undefined, {
          padding: [split, split],
        }).shape.slice(2),
      );
      return { k, split, shape, padding: paddingsKeepingSize(side, { kernelSize: k }) };
    });
    yield output({
      kind: "table",
      name: "T8-splits",
      caption: { "pt-BR": `Entrada ${side} × ${side}, p = k − 1`, en: `Input ${side} × ${side}, p = k − 1` },
      columns: [
        { title: "k", align: "right" },
        { title: "p", align: "right" },
        { title: { "pt-BR": "antes ⌈p/2⌉", en: "before ⌈p/2⌉" }, align: "right" },
        { title: { "pt-BR": "depois ⌊p/2⌋", en: "after ⌊p/2⌋" }, align: "right" },
        { title: { "pt-BR": "saída", en: "output" } },
        { title: { "pt-BR": "`padding` da camada", en: "layer's `padding`" } },
      ],
      rows: found.map(({ k, split, shape, padding }) => [
        k,
        k - 1,
        split[0],
        split[1],
        { shape },
        padding[0] === undefined ? NONE : String(padding[0]),
      ]),
    });
    return verdictOf([
      compareTexts({
        what: { "pt-BR": "saídas das convoluções com a divisão", en: "outputs of the convolutions with the split" },
        against: "formula",
        live: found.map(({ shape }) => shape.join(" × ")),
        expected: kernels.map((k) => lessonOutputSize([side, side], { kernelSize: k, padTotal: k - 1 }).join(" × ")),
        names: kernels.map((k) => `k = ${k}`),
      }),
    ]);
  },
});

const NONE: Localized = { "pt-BR": "nenhum", en: "none" };
