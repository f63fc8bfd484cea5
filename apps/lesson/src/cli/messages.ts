import type { Localized } from "../localized.ts";
import type { Reference, VerdictKind } from "../verdict.ts";

/** Words for verdicts. */
export const verdictWords = {
  equal: { "pt-BR": "igual", en: "equal" },
  compatible: { "pt-BR": "compatível", en: "compatible" },
  different: { "pt-BR": "diferente", en: "different" },
  "not-comparable": { "pt-BR": "não comparável", en: "not comparable" },
} satisfies Record<VerdictKind, Localized>;

/** Marks for verdicts. Only numbers that were compared get a tick. */
export const verdictMarks = {
  equal: "✓",
  compatible: "≈",
  different: "✗",
  "not-comparable": "–",
} satisfies Record<VerdictKind, string>;

/** What a check was made against. */
export const referenceWords = {
  notebook: { "pt-BR": "o notebook", en: "the notebook" },
  formula: { "pt-BR": "a fórmula", en: "the formula" },
  loop: { "pt-BR": "um laço simples", en: "a plain loop" },
  publisher: { "pt-BR": "quem publicou os dados", en: "the data's publisher" },
  runs: { "pt-BR": "muitas execuções do mesmo treino", en: "many runs of the same training" },
} satisfies Record<Reference, Localized>;

/** Everything else that the command line says by itself. */
export const messages = {
  notebook: { "pt-BR": "notebook", en: "notebook" },
  remark: { "pt-BR": "Observação:", en: "Note:" },
  input: { "pt-BR": "entrada", en: "input" },
  kernel: { "pt-BR": "filtro", en: "kernel" },
  output: { "pt-BR": "saída", en: "output" },
  channel: { "pt-BR": "canal", en: "channel" },
  firstWindow: { "pt-BR": "[ ] primeira janela", en: "[ ] first window" },
  paddingMark: { "pt-BR": "· padding", en: "· padding" },
  unreadMark: { "pt-BR": "/ / nunca lido", en: "/ / never read" },
  identical: { "pt-BR": "idênticos", en: "identical" },
  opening: { "pt-BR": "Abrindo", en: "Opening" },
  stopped: { "pt-BR": "Interrompido.", en: "Stopped." },
  cell: { "pt-BR": "célula", en: "cell" },
  title: { "pt-BR": "título", en: "title" },
  running: { "pt-BR": "Executando em", en: "Running on" },
  refused: { "pt-BR": "recusado", en: "refused" },
  active: { "pt-BR": "em uso", en: "in use" },
  notTried: { "pt-BR": "não foi preciso tentar", en: "not tried" },
  backend: { "pt-BR": "backend", en: "backend" },
  device: { "pt-BR": "dispositivo", en: "device" },
  state: { "pt-BR": "situação", en: "state" },
  reason: { "pt-BR": "motivo", en: "reason" },
  engine: { "pt-BR": "motor", en: "engine" },
  description: { "pt-BR": "descrição", en: "description" },
  data: { "pt-BR": "dados", en: "data" },
  source: { "pt-BR": "origem", en: "source" },
  checked: { "pt-BR": "soma conferida", en: "checksum verified" },
  notChecked: { "pt-BR": "soma não conferida", en: "checksum not verified" },
  figuresHint: {
    "pt-BR": "Os desenhos das células saem em SVG com --svg PASTA.",
    en: "The cells' drawings are written as SVG with --svg DIR.",
  },
} satisfies Record<string, Localized>;
