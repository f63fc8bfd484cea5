import type { Localized } from "../../localized.ts";

/** What the lab says. */
export const labWords = {
  title: { "pt-BR": "Laboratório de convolução", en: "Convolution lab" },
  lead: {
    "pt-BR":
      "Uma convolução inteira à vista. Mude qualquer número e siga cada produto; o endereço da página guarda tudo e pode ser enviado a alguém.",
    en: "A whole convolution in view. Change any number and follow each product; the page's address keeps everything and can be sent to somebody.",
  },
  size: { "pt-BR": "Tamanho da saída", en: "Size of the output" },
  inputPicture: { "pt-BR": "Imagem: desenhe nela", en: "Picture: draw on it" },
  outputPicture: { "pt-BR": "Saída, canal", en: "Output, channel" },
  scale: { "pt-BR": "azul negativo, laranja positivo, até ±", en: "blue negative, orange positive, up to ±" },
  drawHint: {
    "pt-BR": "Com o teclado: “Editar valores”, abaixo.",
    en: "With the keyboard: “Edit values”, below.",
  },
  brush: { "pt-BR": "tinta", en: "ink" },
  brushFull: { "pt-BR": "9, clara", en: "9, bright" },
  brushHalf: { "pt-BR": "5, média", en: "5, middle" },
  brushEmpty: { "pt-BR": "0, apagar", en: "0, erase" },
  clear: { "pt-BR": "Limpar", en: "Clear" },
  ownPicture: { "pt-BR": "Usar uma imagem sua", en: "Use a picture of your own" },
  notPicture: {
    "pt-BR": "esperava uma imagem que este navegador saiba abrir, recebeu",
    en: "expected a picture that this browser can open, got",
  },
  reset: { "pt-BR": "Recomeçar", en: "Start over" },
  inputGroup: { "pt-BR": "Imagem e canais", en: "Picture and channels" },
  kernelGroup: { "pt-BR": "Filtro", en: "Kernel" },
  windowGroup: { "pt-BR": "Janela", en: "Window" },
  parametersCount: { "pt-BR": "Pesos", en: "Weights" },
  multiplications: { "pt-BR": "Multiplicações", en: "Multiplications" },
} satisfies Record<string, Localized>;

/** Why there is no output: the kernel with its holes is larger than the padded picture. */
export function tooLarge(axis: Localized, span: number, padded: number): Localized {
  return {
    "pt-BR": `Na ${axis["pt-BR"]}, o filtro com sua dilatação mede ${span} e a imagem com padding só ${padded}: nenhuma janela cabe.`,
    en: `In ${axis.en}, the kernel with its dilation measures ${span} and the picture with padding only ${padded}: no window fits.`,
  };
}
