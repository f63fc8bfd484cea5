import { traceConvolution } from "@camada/conv-math";
import { defineCell, output, paragraph } from "../cell.ts";
import { convolutionFigure } from "../figures/convolution-figure.ts";
import { workedExample } from "../recorded/figures.ts";
import { compareNumbers, verdictOf } from "../verdict.ts";
import { checkAgainstLoop, counting, plane, stepper } from "./stepper.ts";

export const t3 = defineCell({
  id: "T3",
  kind: "text",
  title: { "pt-BR": "Vários canais de entrada", en: "Several input channels" },
  prose: [
    paragraph(
      "Se a entrada tem c_i canais, o filtro também tem c_i: uma matriz k_h × k_w para cada canal. Cada canal é convolvido com a sua matriz, e as somas parciais são somadas. O resultado ainda é um único mapa.",
      "If the input has c_i channels, so has the kernel: one k_h × k_w matrix for each. Every channel is convolved with its own matrix, and the partial sums are added up. The result is still a single map.",
    ),
    paragraph(
      "No exemplo, o primeiro canal contribui com 37 e o segundo com 19.",
      "In the example the first channel contributes 37 and the second 19.",
    ),
  ],
  recorded: [{ text: workedExample.text }],
  parameters: {},
  async *run() {
    const caption = { "pt-BR": "Dois canais de entrada", en: "Two input channels" };
    const x = plane(counting(3, 3, 1), counting(3, 3, 0));
    const weight = plane(counting(2, 2, 1), counting(2, 2, 0));
    const trace = await stepper("T3", caption, x, weight);
    yield output({ ...trace, recorded: { text: workedExample.text } });
    yield output(convolutionFigure({ ...trace, steps: [[0, 0]] }, caption));
    const [first] = traceConvolution(x, weight).cells();
    const live = [...first!.partialSums.map(({ sum }) => sum), trace.output.data[0]!];
    return verdictOf([
      compareNumbers({
        what: { "pt-BR": "somas parciais e soma", en: "partial sums and sum" },
        against: "notebook",
        live,
        expected: [...workedExample.partialSums, workedExample.sum],
        names: ["channel 0", "channel 1", "Y[0, 0]"],
      }),
      checkAgainstLoop(trace, { "pt-BR": "as 4 saídas", en: "the 4 outputs" }),
    ]);
  },
});
