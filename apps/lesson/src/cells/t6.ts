import { lessonOutputSize, stackSizes } from "@camada/conv-math";
import { defineCell, formula, output, paragraph, remark } from "../cell.ts";
import { decimals, localized } from "../localized.ts";
import { statedSizes } from "../recorded/figures.ts";
import { compareNumbers, notComparable, verdictOf } from "../verdict.ts";
import { areDefaults } from "../parameters.ts";

const parameters = {
  height: { kind: "integer", label: { "pt-BR": "altura n_h", en: "height n_h" }, default: 6, min: 1, max: 64 },
  width: { kind: "integer", label: { "pt-BR": "largura n_w", en: "width n_w" }, default: 8, min: 1, max: 64 },
  kernelHeight: { kind: "integer", label: { "pt-BR": "filtro k_h", en: "kernel k_h" }, default: 1, min: 1, max: 64 },
  kernelWidth: { kind: "integer", label: { "pt-BR": "filtro k_w", en: "kernel k_w" }, default: 2, min: 1, max: 64 },
  side: {
    kind: "integer",
    label: { "pt-BR": "lado da imagem", en: "side of the picture" },
    default: 240,
    min: 8,
    max: 1024,
  },
  kernelSize: {
    kind: "integer",
    label: { "pt-BR": "lado do filtro", en: "side of the kernel" },
    default: 5,
    min: 1,
    max: 15,
  },
  layers: {
    kind: "integer",
    label: { "pt-BR": "número de camadas", en: "number of layers" },
    default: 10,
    min: 1,
    max: 20,
  },
} as const;

export const t6 = defineCell({
  id: "T6",
  kind: "text",
  title: { "pt-BR": "O tamanho da saída", en: "The size of the output" },
  prose: [
    paragraph(
      "Um filtro k_h × k_w cabe em n_h − k_h + 1 posições na vertical e em n_w − k_w + 1 na horizontal. Esse é o tamanho da saída:",
      "A k_h × k_w kernel fits in n_h − k_h + 1 places down and n_w − k_w + 1 places across. That is the size of the output:",
    ),
    formula("(n_h − k_h + 1) × (n_w − k_w + 1)", "(n_h - k_h + 1) \\times (n_w - k_w + 1)"),
    paragraph(
      "Cada camada perde a borda, e a perda se acumula. Dez camadas de 5 × 5 levam 240 × 240 a 200 × 200.",
      "Every layer loses the border, and the loss adds up. Ten layers of 5 × 5 take 240 × 240 to 200 × 200.",
    ),
    remark(
      "O notebook diz que “30 % da imagem” se perde. Isso vale para a área; de cada lado se perdem 16,7 %.",
      "The notebook says that “30 %” of the picture is lost. That is right for the area; each side loses 16.7 %.",
    ),
    remark(
      "O notebook se refere a um exemplo anterior com entrada 6 × 8 e filtro 1 × 2, mas esse exemplo não está nele. A conta está certa, e aqui ela é feita.",
      "The notebook refers to an earlier example with a 6 × 8 input and a 1 × 2 kernel, but has no such example. Its arithmetic is right, and is done here.",
    ),
  ],
  recorded: [
    { label: "6 × 8, 1 × 2", text: statedSizes.small.join(" × ") },
    { label: "240 × 240, 10 × (5 × 5)", text: `${statedSizes.shrunk.join(" × ")}, ${statedSizes.lostPercent} %` },
  ],
  parameters,
  async *run(_context, values) {
    const { height, width, kernelHeight, kernelWidth, side, kernelSize, layers } = values;
    const small = lessonOutputSize([height, width], { kernelSize: [kernelHeight, kernelWidth] });
    const stack = Array.from({ length: layers }, () => ({ kernelSize }));
    const sizes = [[side, side], ...stackSizes([side, side], stack)];
    const last = sizes.at(-1) as [number, number];
    const lostArea = 100 * (1 - (last[0] * last[1]) / side ** 2);
    const lostSide = 100 * (1 - last[0] / side);
    yield output({
      kind: "shapes",
      name: "T6-small",
      rows: [{ call: `${kernelHeight} × ${kernelWidth}`, input: [height, width], output: small }],
      recorded: { text: statedSizes.small.join(" × ") },
    });
    yield output({
      kind: "table",
      name: "T6-layers",
      caption: {
        "pt-BR": `${layers} camadas de ${kernelSize} × ${kernelSize}`,
        en: `${layers} layers of ${kernelSize} × ${kernelSize}`,
      },
      columns: [
        { title: { "pt-BR": "camada", en: "layer" }, align: "right" },
        { title: { "pt-BR": "saída", en: "output" } },
        { title: { "pt-BR": "área perdida", en: "area lost" }, align: "right" },
        { title: { "pt-BR": "de cada lado", en: "of each side" }, align: "right" },
      ],
      rows: sizes.map((size, i) => [
        i,
        { shape: size },
        percent(100 * (1 - (size[0]! * size[1]!) / side ** 2)),
        percent(100 * (1 - size[0]! / side)),
      ]),
      recorded: { text: `${statedSizes.shrunk.join(" × ")}, ${statedSizes.lostPercent} %` },
    });
    yield output({
      kind: "text",
      name: "T6-lost",
      text: localized((say, language) =>
        language === "pt-BR"
          ? `Perdem-se ${say(percent(lostArea))} da área e ${say(percent(lostSide))} de cada lado.`
          : `${say(percent(lostArea))} of the area is lost, and ${say(percent(lostSide))} of each side.`,
      ),
    });
    const what = { "pt-BR": "tamanhos e porcentagem inteira", en: "sizes and whole percent" };
    if (!areDefaults(parameters, values)) {
      return verdictOf([notComparable(what, { "pt-BR": "os valores foram alterados", en: "the values were changed" })]);
    }
    return verdictOf([
      compareNumbers({
        what,
        against: "notebook",
        live: [...small, ...last, Math.floor(lostArea)],
        expected: [...statedSizes.small, ...statedSizes.shrunk, statedSizes.lostPercent],
        names: ["6 × 8: h", "6 × 8: w", "240 × 240: h", "240 × 240: w", "%"],
      }),
    ]);
  },
});

function percent(value: number) {
  return localized((say) => `${say(decimals(value, 1))} %`);
}
