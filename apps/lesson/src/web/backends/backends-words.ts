import type { Localized } from "../../localized.ts";

/** What the screen Backends says. */
export const backendsWords = {
  title: { "pt-BR": "Onde a página calcula", en: "Where the page computes" },
  lead: {
    "pt-BR":
      "A mesma rede pode ser calculada de vários modos neste aparelho. Aqui estão os que esta página tem, o que foi recusado e por quê.",
    en: "The same network can be computed in several ways on this device. Here are those that this page has, which were refused, and why.",
  },
  choose: { "pt-BR": "Backend", en: "Backend" },
  automatic: { "pt-BR": "Automático", en: "Automatic" },
  automaticDetail: {
    "pt-BR": "o primeiro da lista que funcionar aqui",
    en: "the first of the list that runs here",
  },
  inUse: { "pt-BR": "em uso", en: "in use" },
  untried: { "pt-BR": "não foi tentado; escolha-o para usá-lo", en: "has not been tried; choose it to use it" },
  refused: { "pt-BR": "recusado", en: "refused" },
  offers: { "pt-BR": "O que este navegador oferece", en: "What this browser offers" },
  what: { "pt-BR": "recurso", en: "feature" },
  has: { "pt-BR": "tem", en: "has it" },
  detail: { "pt-BR": "detalhe", en: "detail" },
  yes: { "pt-BR": "sim", en: "yes" },
  no: { "pt-BR": "não", en: "no" },
  agreement: { "pt-BR": "Concordância e tempo", en: "Agreement and time" },
  agreementLead: {
    "pt-BR":
      "A segunda convolução da rede, 6 → 16 canais, 5 × 5, em quatro imagens ao acaso, ao lado de um laço simples em float64.",
    en: "The network's second convolution, 6 → 16 channels, 5 × 5, on four random pictures, beside a plain loop in float64.",
  },
  measure: { "pt-BR": "Medir", en: "Measure" },
  measuring: { "pt-BR": "Medindo…", en: "Measuring…" },
  error: { "pt-BR": "maior diferença / maior saída", en: "largest difference / largest output" },
  time: { "pt-BR": "tempo (mediana de 7)", en: "time (median of 7)" },
  copyReport: { "pt-BR": "Copiar como relatório", en: "Copy as a report" },
} satisfies Record<string, Localized>;
