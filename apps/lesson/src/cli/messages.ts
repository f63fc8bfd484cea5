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

/** Whose numbers a check compared with. */
export const referenceWords = {
  notebook: { "pt-BR": "do notebook", en: "the notebook's" },
  formula: { "pt-BR": "da fórmula", en: "the formula's" },
  loop: { "pt-BR": "de um laço simples", en: "a plain loop's" },
  publisher: { "pt-BR": "de quem publicou os dados", en: "the publisher's" },
  runs: { "pt-BR": "de muitas execuções deste treino", en: "those of many runs of this training" },
} satisfies Record<Reference, Localized>;

/** Everything else that the command line says by itself. */
export const messages = {
  here: { "pt-BR": "aqui", en: "here" },
  notebook: { "pt-BR": "notebook", en: "notebook" },
  cutOff: { "pt-BR": "notebook; a saída guardada acaba aqui", en: "notebook; the stored output ends here" },
  remark: { "pt-BR": "Observação:", en: "Note:" },
  input: { "pt-BR": "entrada", en: "input" },
  kernel: { "pt-BR": "filtro", en: "kernel" },
  output: { "pt-BR": "saída", en: "output" },
  channel: { "pt-BR": "canal", en: "channel" },
  firstWindow: { "pt-BR": "[ ] primeira janela", en: "[ ] first window" },
  paddingMark: { "pt-BR": "· padding", en: "· padding" },
  unreadMark: { "pt-BR": "/ / nunca lido", en: "/ / never read" },
  neverRead: { "pt-BR": "Pixels nunca lidos", en: "Pixels never read" },
  stopped: { "pt-BR": "Interrompido.", en: "Stopped." },
  cell: { "pt-BR": "célula", en: "cell" },
  title: { "pt-BR": "título", en: "title" },
  backend: { "pt-BR": "backend", en: "backend" },
  device: { "pt-BR": "dispositivo", en: "device" },
  description: { "pt-BR": "descrição", en: "description" },
  chosen: { "pt-BR": "em uso", en: "in use" },
  available: { "pt-BR": "disponível", en: "available" },
  refused: { "pt-BR": "recusado", en: "refused" },
  source: { "pt-BR": "origem", en: "source" },
  trainingPictures: { "pt-BR": "imagens de treino", en: "training pictures" },
  testPictures: { "pt-BR": "imagens de teste", en: "test pictures" },
  checksum: { "pt-BR": "soma de verificação", en: "checksum" },
  verified: { "pt-BR": "confere", en: "verified" },
  notVerified: { "pt-BR": "não confere com a publicada", en: "not the published one" },
  extent: { "pt-BR": "extensão", en: "extent" },
  aPart: { "pt-BR": "uma parte do conjunto", en: "a part of the whole" },
  multiplications: { "pt-BR": "Multiplicações por imagem", en: "Multiplications per picture" },
  weightsSize: { "pt-BR": "Tamanho dos pesos", en: "Size of the weights" },
  downloading: { "pt-BR": "Baixando", en: "Downloading" },
  figuresHint: {
    "pt-BR": "Os desenhos das células saem em SVG com --svg PASTA.",
    en: "The cells' drawings are written as SVG with --svg DIR.",
  },
} satisfies Record<string, Localized>;
