import { lessonOutputSize, traceConvolution } from "@camada/conv-math";
import { defineCell, formula, output, paragraph } from "../cell.ts";
import { convolutionFigure } from "../figures/convolution-figure.ts";
import { localized } from "../localized.ts";
import { compareNumbers, verdictOf } from "../verdict.ts";
import { checkAgainstLoop, counting, plane, stepper } from "./stepper.ts";

const parameters = {
  strideHeight: { kind: "integer", label: { "pt-BR": "passo s_h", en: "stride s_h" }, default: 3, min: 1, max: 4 },
  strideWidth: { kind: "integer", label: { "pt-BR": "passo s_w", en: "stride s_w" }, default: 2, min: 1, max: 4 },
  padding: {
    kind: "integer",
    label: { "pt-BR": "padding de cada lado", en: "padding on each side" },
    default: 1,
    min: 0,
    max: 1,
  },
} as const;

export const t9 = defineCell({
  id: "T9",
  kind: "text",
  title: { "pt-BR": "Stride: passos maiores", en: "Stride: larger steps" },
  prose: [
    paragraph(
      "O stride é o passo da janela: s_h linhas para baixo, s_w colunas para a direita. Passos maiores dão uma saída menor e menos contas. Só contam as janelas que cabem inteiras, daí o arredondamento para baixo:",
      "The stride is the step of the window: s_h rows down, s_w columns to the right. Larger steps give a smaller output and less work. Only windows that fit entirely count, hence the rounding down:",
    ),
    formula(
      "⌊(n_h − k_h + p_h + s_h) / s_h⌋ × ⌊(n_w − k_w + p_w + s_w) / s_w⌋",
      "\\lfloor (n_h - k_h + p_h + s_h) / s_h \\rfloor \\times \\lfloor (n_w - k_w + p_w + s_w) / s_w \\rfloor",
    ),
    paragraph(
      "Um passo maior que o filtro pula pixels: nenhuma janela os lê, e a rede nunca os vê. Eles aparecem hachurados.",
      "A step larger than the kernel skips pixels: no window reads them, and the network never sees them. They are hatched.",
    ),
  ],
  recorded: [],
  parameters,
  async *run(_context, { strideHeight, strideWidth, padding }) {
    const strides = [strideHeight, strideWidth];
    const caption = {
      "pt-BR": `Stride (${strides.join(", ")}), padding ${padding}`,
      en: `Stride (${strides.join(", ")}), padding ${padding}`,
    };
    const x = plane(counting(3, 3, 0));
    const weight = plane(counting(2, 2, 0));
    const trace = await stepper("T9", caption, x, weight, { padding, strides });
    yield output(trace);
    yield output(convolutionFigure({ ...trace, steps: trace.steps.toReversed() }, caption));
    const unread = traceConvolution(x, weight, trace.options).unreadPixels();
    const list = unread.map((pixel) => `(${pixel.join(", ")})`).join(" ");
    yield output({
      kind: "text",
      name: "T9-unread",
      text: localized((_say, language) =>
        language === "pt-BR"
          ? `Pixels nunca lidos: ${unread.length}${list === "" ? "" : `, nas posições ${list}`}`
          : `Pixels never read: ${unread.length}${list === "" ? "" : `, at ${list}`}`,
      ),
    });
    const options = { kernelSize: 2, padTotal: 2 * padding, strides };
    return verdictOf([
      compareNumbers({
        what: { "pt-BR": "tamanho da saída", en: "size of the output" },
        against: "formula",
        live: trace.output.shape.slice(2),
        expected: lessonOutputSize([3, 3], options),
        names: ["h", "w"],
      }),
      checkAgainstLoop(trace, { "pt-BR": "todas as saídas", en: "all outputs" }),
    ]);
  },
});
