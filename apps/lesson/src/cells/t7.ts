import { defineCell, output, paragraph } from "../cell.ts";
import { convolutionFigure } from "../figures/convolution-figure.ts";
import { statedSizes } from "../recorded/figures.ts";
import { compareNumbers, verdictOf } from "../verdict.ts";
import { checkAgainstLoop, counting, plane, stepper } from "./stepper.ts";

export const t7 = defineCell({
  id: "T7",
  kind: "text",
  title: { "pt-BR": "Padding: uma moldura de zeros", en: "Padding: a frame of zeros" },
  prose: [
    paragraph(
      "Um pixel do canto entra em uma única janela; um do centro, em várias. O padding põe uma moldura em volta da imagem, quase sempre de zeros: a borda passa a ser lida mais vezes e a saída fica maior.",
      "A pixel in the corner belongs to a single window, one in the middle to several. Padding puts a frame around the picture, nearly always of zeros: the border is read more often and the output grows.",
    ),
    paragraph(
      "Aqui a entrada 3 × 3 vira 5 × 5 com um zero de cada lado, e o filtro 2 × 2 passa a dar uma saída 4 × 4.",
      "Here the 3 × 3 input becomes 5 × 5 with one zero on each side, and the 2 × 2 kernel now gives a 4 × 4 output.",
    ),
  ],
  recorded: [{ text: statedSizes.padded.join(" × ") }],
  parameters: {},
  async *run() {
    const caption = {
      "pt-BR": "Entrada 3 × 3 com padding 1, filtro 2 × 2",
      en: "Input 3 × 3 with padding 1, kernel 2 × 2",
    };
    const trace = await stepper("T7", caption, plane(counting(3, 3, 0)), plane(counting(2, 2, 0)), { padding: 1 });
    yield output({ ...trace, recorded: { text: statedSizes.padded.join(" × ") } });
    yield output(convolutionFigure({ ...trace, steps: [[0, 1]] }, caption));
    return verdictOf([
      compareNumbers({
        what: { "pt-BR": "tamanho da saída", en: "size of the output" },
        against: "notebook",
        live: trace.output.shape.slice(2),
        expected: statedSizes.padded,
        names: ["h", "w"],
      }),
      checkAgainstLoop(trace, { "pt-BR": "as 16 saídas", en: "the 16 outputs" }),
    ]);
  },
});
