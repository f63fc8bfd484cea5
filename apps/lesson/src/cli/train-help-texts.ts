import type { Localized } from "../localized.ts";

/** What `camada train --help` says. */
export const trainHelpTexts = {
  train: { "pt-BR": "treina a rede da aula", en: "trains the lesson's network" },
  dataset: { "pt-BR": "mnist ou fashion-mnist", en: "mnist or fashion-mnist" },
  epochs: { "pt-BR": "épocas ao todo (padrão: 10)", en: "epochs in all (default: 10)" },
  batchSize: { "pt-BR": "imagens por passo (padrão: 128)", en: "pictures per step (default: 128)" },
  optimizer: {
    "pt-BR": "sgd, nag, adam, adamw, adagrad, rmsprop, adadelta, adamax ou nadam (padrão: sgd)",
    en: "sgd, nag, adam, adamw, adagrad, rmsprop, adadelta, adamax or nadam (default: sgd)",
  },
  learningRate: { "pt-BR": "taxa de aprendizado (padrão: 0.1)", en: "learning rate (default: 0.1)" },
  momentum: {
    "pt-BR": "momentum de sgd e nag (padrão: o da aula, 0 com mnist e 0.9 com fashion-mnist)",
    en: "momentum of sgd and nag (default: the lesson's, 0 with mnist and 0.9 with fashion-mnist)",
  },
  wd: { "pt-BR": "weight decay (padrão: 1e-6)", en: "weight decay (default: 1e-6)" },
  limit: { "pt-BR": "só as primeiras n imagens de treino", en: "the first n training pictures only" },
  testLimit: { "pt-BR": "só as primeiras n imagens de teste", en: "the first n test pictures only" },
  strictLabels: {
    "pt-BR": "recusa classes que não existem, em vez de tomar a mais próxima",
    en: "refuses classes that do not exist, instead of taking the nearest",
  },
  output: {
    "pt-BR": "pasta do arquivo de estado (padrão: camada-training)",
    en: "folder of the checkpoint (default: camada-training)",
  },
  checkpoint: { "pt-BR": "o arquivo de estado", en: "the checkpoint's file" },
  resume: { "pt-BR": "continua o treino guardado neste arquivo", en: "goes on with the training kept in this file" },
  full: {
    "pt-BR": "os treinos inteiros do notebook, demorem o que demorarem",
    en: "the notebook's whole trainings, however long",
  },
} satisfies Record<string, Localized>;
