import type { Localized } from "../../localized.ts";

/** What the stepper says. */
export const stepperWords = {
  input: { "pt-BR": "Entrada", en: "Input" },
  kernel: { "pt-BR": "Filtro", en: "Kernel" },
  output: { "pt-BR": "Saída", en: "Output" },
  channel: { "pt-BR": "canal", en: "channel" },
  row: { "pt-BR": "linha", en: "row" },
  column: { "pt-BR": "coluna", en: "column" },
  previous: { "pt-BR": "Passo anterior", en: "Previous step" },
  next: { "pt-BR": "Próximo passo", en: "Next step" },
  play: { "pt-BR": "Animar", en: "Play" },
  pause: { "pt-BR": "Pausar", en: "Pause" },
  edit: { "pt-BR": "Editar valores", en: "Edit values" },
  editing: { "pt-BR": "Pronto", en: "Done" },
  restore: { "pt-BR": "Valores da aula", en: "The lesson's values" },
  changed: {
    "pt-BR": "Valores alterados: esta conta é sua, e o veredito abaixo é o da aula.",
    en: "Values changed: this calculation is yours, and the verdict below is the lesson's.",
  },
  keys: {
    "pt-BR": "Na saída: setas movem, Home e End vão às pontas da linha, espaço anima.",
    en: "In the output: arrows move, Home and End go to the ends of the row, Space plays.",
  },
  outputChannel: { "pt-BR": "canal de saída", en: "output channel" },
  sum: { "pt-BR": "soma", en: "sum" },
  padding: { "pt-BR": "padding", en: "padding" },
  unread: { "pt-BR": "nunca lido", en: "never read" },
  windowLegend: { "pt-BR": "janela", en: "window" },
  notNumber: { "pt-BR": "esperava um número de −1000 a 1000", en: "expected a number from −1000 to 1000" },
} satisfies Record<string, Localized>;

/** That the plain loop agrees, or where it does not. */
export function loopText(agreeing: number, compared: number, worst: number): Localized {
  const off = worst === 0 ? "" : ` (≤ ${worst.toPrecision(1)})`;
  if (agreeing === compared) {
    return {
      "pt-BR": `✓ ${compared} de ${compared} ${compared === 1 ? "saída confere" : "saídas conferem"} com um laço simples${off}`,
      en: `✓ ${compared} of ${compared} ${compared === 1 ? "output agrees" : "outputs agree"} with a plain loop${off}`,
    };
  }
  return {
    "pt-BR": `✗ ${compared - agreeing} de ${compared} saídas não conferem com um laço simples (diferença até ${worst})`,
    en: `✗ ${compared - agreeing} of ${compared} outputs do not agree with a plain loop (difference up to ${worst})`,
  };
}
