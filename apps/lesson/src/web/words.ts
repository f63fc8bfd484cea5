import type { Localized } from "../localized.ts";
import type { ScreenId } from "./link.ts";

/** Names of the screens. */
export const screenNames = {
  lesson: { "pt-BR": "Aula", en: "Lesson" },
  lab: { "pt-BR": "Laboratório", en: "Lab" },
  training: { "pt-BR": "Treino", en: "Training" },
  backends: { "pt-BR": "Backends", en: "Backends" },
} satisfies Record<ScreenId, Localized>;

/** Everything else that the page says by itself. */
export const words = {
  subtitle: { "pt-BR": "Camadas convolucionais, ao vivo", en: "Convolutional layers, live" },
  intro: {
    "pt-BR":
      "Cada célula desta aula é calculada agora, neste aparelho, e comparada com o que o notebook original imprimiu. Mude os números e veja o que muda.",
    en: "Every cell of this lesson is computed now, on this device, and compared with what the original notebook printed. Change the numbers and see what changes.",
  },
  skip: { "pt-BR": "Ir para o conteúdo", en: "Skip to the content" },
  mainMenu: { "pt-BR": "Telas", en: "Screens" },
  contents: { "pt-BR": "Conteúdo", en: "Contents" },
  close: { "pt-BR": "Fechar", en: "Close" },
  languageSwitch: { "pt-BR": "Idioma", en: "Language" },
  themeSwitch: { "pt-BR": "Cores", en: "Colours" },
  themeAuto: { "pt-BR": "Cores do aparelho", en: "The device's colours" },
  themeLight: { "pt-BR": "Cores claras", en: "Light colours" },
  themeDark: { "pt-BR": "Cores escuras", en: "Dark colours" },
  run: { "pt-BR": "Executar", en: "Run" },
  runAgain: { "pt-BR": "Executar de novo", en: "Run again" },
  runAll: { "pt-BR": "Executar todas as células", en: "Run all cells" },
  running: { "pt-BR": "Calculando…", en: "Computing…" },
  results: { "pt-BR": "Salvar resultados (JSON)", en: "Save results (JSON)" },
  reset: { "pt-BR": "Valores da aula", en: "The lesson's values" },
  parameters: { "pt-BR": "Parâmetros", en: "Parameters" },
  seed: { "pt-BR": "semente", en: "seed" },
  seedHint: { "pt-BR": "a da aula", en: "the lesson's" },
  here: { "pt-BR": "Aqui, agora", en: "Here and now" },
  notebook: { "pt-BR": "No notebook", en: "In the notebook" },
  aboutNotebook: { "pt-BR": "Sobre o notebook", en: "About the notebook" },
  code: { "pt-BR": "Código", en: "Code" },
  copy: { "pt-BR": "Copiar", en: "Copy" },
  copied: { "pt-BR": "Copiado", en: "Copied" },
  verdict: { "pt-BR": "Veredito", en: "Verdict" },
  notRun: { "pt-BR": "Ainda não executada.", en: "Not run yet." },
  failed: { "pt-BR": "Não deu para executar", en: "It could not run" },
  comparedNumbers: { "pt-BR": "Tudo o que foi comparado", en: "Everything that was compared" },
  what: { "pt-BR": "valor", en: "value" },
  live: { "pt-BR": "aqui", en: "here" },
  expected: { "pt-BR": "esperado", en: "expected" },
  trainsElsewhere: {
    "pt-BR":
      "Esta célula treina a rede por minutos, e faz isso numa tela própria, com curvas e mapas à vista. Aqui fica o que o notebook imprimiu.",
    en: "This cell trains the network for minutes, and does so on a screen of its own, with curves and maps in view. Here is what the notebook printed.",
  },
  toTraining: { "pt-BR": "Abrir a tela Treino", en: "Open the screen Training" },
  badLink: {
    "pt-BR": "Uma parte do endereço não faz sentido e ficou de fora; o resto vale.",
    en: "A part of the address makes no sense and was left out; the rest stands.",
  },
  got: { "pt-BR": "recebeu", en: "got" },
  expectedWord: { "pt-BR": "esperava", en: "expected" },
  starting: { "pt-BR": "Preparando o cálculo…", en: "Getting ready to compute…" },
  runsOn: { "pt-BR": "Calcula com", en: "Computes with" },
  noBackend: { "pt-BR": "Nada calcula nesta página", en: "Nothing computes on this page" },
  automatic: { "pt-BR": "automático", en: "automatic" },
  refused: { "pt-BR": "recusado", en: "refused" },
  asTable: { "pt-BR": "Ver como tabela", en: "See as a table" },
  asDrawing: { "pt-BR": "Ver como desenho", en: "See as a drawing" },
  total: { "pt-BR": "total", en: "total" },
  loading: { "pt-BR": "Abrindo…", en: "Opening…" },
  notLoaded: {
    "pt-BR": "Não deu para abrir esta tela: sem rede, ou o site mudou. Recarregue a página.",
    en: "This screen could not be opened: no network, or the site has changed. Reload the page.",
  },
  chosen: { "pt-BR": "em uso", en: "in use" },
} satisfies Record<string, Localized>;
