import { defineCell, formula, output, paragraph } from "../cell.ts";
import { convolutionFigure } from "../figures/convolution-figure.ts";
import { verdictOf } from "../verdict.ts";
import { checkAgainstLoop, counting, plane, stepper } from "./stepper.ts";

export const t2 = defineCell({
  id: "T2",
  kind: "text",
  title: { "pt-BR": "Uma janela, produtos, uma soma", en: "One window, products, one sum" },
  prose: [
    paragraph(
      "A camada convolucional desliza um filtro pequeno sobre a imagem. Em cada posição multiplica, elemento a elemento, o filtro pela janela que está embaixo dele e soma os produtos: essa soma é um número da saída.",
      "A convolutional layer slides a small kernel over the picture. At each position it multiplies the kernel, element by element, with the window underneath and adds the products: that sum is one number of the output.",
    ),
    formula(
      "Y[k, l] = Σᵢ Σⱼ X[k + i, l + j] · K[i, j]",
      "Y[k,l] = \\sum_{i=0}^{k_h-1} \\sum_{j=0}^{k_w-1} X[k+i,\\,l+j] \\, K[i,j]",
    ),
    paragraph(
      "Os índices começam em 0. O filtro não é espelhado: a rigor, a operação é uma correlação cruzada, mas em redes neurais todos dizem convolução, e aqui também. Os pesos são aprendidos, então espelhar ou não dá no mesmo.",
      "Indices start at 0. The kernel is not flipped: strictly speaking this is a cross-correlation, but in neural networks everybody says convolution, and so do we. The weights are learned, so flipping them would change nothing.",
    ),
  ],
  recorded: [],
  parameters: {},
  async *run() {
    const caption = { "pt-BR": "Entrada 3 × 3, filtro 2 × 2", en: "Input 3 × 3, kernel 2 × 2" };
    const trace = await stepper("T2", caption, plane(counting(3, 3, 0)), plane(counting(2, 2, 0)));
    yield output(trace);
    yield output(convolutionFigure({ ...trace, steps: [[0, 0]] }, caption));
    const what = { "pt-BR": "as 4 saídas", en: "the 4 outputs" };
    return verdictOf([checkAgainstLoop(trace, what)]);
  },
});
