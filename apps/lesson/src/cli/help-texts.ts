import type { Localized } from "../localized.ts";

/** What `--help` says. */
export const helpTexts = {
  program: {
    "pt-BR": "A aula de camadas convolucionais, com cada célula executada e comparada com o notebook.",
    en: "The lesson on convolutional layers, every cell run and compared with the notebook.",
  },
  programUsage: { "pt-BR": "[opções] [comando]", en: "[options] [command]" },
  runUsage: { "pt-BR": "[opções] [células...]", en: "[options] [cells...]" },
  summaryUsage: { "pt-BR": "[opções] <network>", en: "[options] <network>" },
  commandUsage: { "pt-BR": "[opções]", en: "[options]" },
  list: { "pt-BR": "lista as células", en: "lists the cells" },
  run: { "pt-BR": "executa células", en: "runs cells" },
  cells: { "pt-BR": "células, por exemplo K4 K5", en: "cells, e.g. K4 K5" },
  all: { "pt-BR": "todas as células, em ordem", en: "all cells, in order" },
  summary: { "pt-BR": "camadas, formas e parâmetros de uma rede", en: "layers, shapes and parameters of a network" },
  network: { "pt-BR": "a rede: lenet", en: "the network: lenet" },
  backends: { "pt-BR": "o que pode executar nesta máquina", en: "what can run on this machine" },
  doctor: {
    "pt-BR": "o que falta para usar uma GPU da NVIDIA, e o comando que conserta",
    en: "what is missing for an NVIDIA GPU, and the command that mends it",
  },
  data: { "pt-BR": "onde estão os dados da aula", en: "where the lesson's data are" },
  download: { "pt-BR": "baixa o que falta", en: "downloads what is missing" },
  web: {
    "pt-BR": "serve a página construída, só para esta máquina",
    en: "serves the built page, to this machine alone",
  },
  datasets: {
    "pt-BR":
      "pasta com mnist/ e fashion-mnist/, os arquivos como publicados, para treinar na página com os dados completos",
    en: "folder with mnist/ and fashion-mnist/, the files as published, to train on the page with the complete data",
  },
  port: { "pt-BR": "porta (padrão: 4173)", en: "port (default: 4173)" },
  help: { "pt-BR": "mostra esta ajuda", en: "shows this help" },
  backend: {
    "pt-BR": "onde calcular: auto, cpu ou cuda (padrão: auto)",
    en: "where to compute: auto, cpu or cuda (default: auto)",
  },
  engine: { "pt-BR": "motor da CPU: native, wasm ou js", en: "the CPU's engine: native, wasm or js" },
  threads: {
    "pt-BR": "núcleos que o motor native usa (padrão: todos)",
    en: "cores that the engine native uses (default: all)",
  },
  precision: {
    "pt-BR": "aritmética do motor native: float32 ou bf16 (padrão: float32)",
    en: "arithmetic of the engine native: float32 or bf16 (default: float32)",
  },
  seed: { "pt-BR": "semente dos números aleatórios", en: "seed of the random numbers" },
  lang: { "pt-BR": "pt-BR ou en (padrão: o do sistema)", en: "pt-BR or en (default: the locale's)" },
  json: { "pt-BR": "um documento JSON no fim", en: "one JSON document at the end" },
  jsonl: { "pt-BR": "um objeto JSON por linha, à medida que acontece", en: "one JSON object per line, as it happens" },
  svg: { "pt-BR": "pasta para desenhos e curvas em SVG", en: "folder for drawings and curves as SVG" },
  quick: { "pt-BR": "treinos curtos, com parte dos dados", en: "short trainings, with a part of the data" },
  quiet: { "pt-BR": "só resultados: sem texto e sem progresso", en: "results only: no prose, no progress" },
  debug: { "pt-BR": "mostra a pilha de chamadas dos erros", en: "shows the stack of errors" },
  usage: { "pt-BR": "Uso:", en: "Usage:" },
  options: { "pt-BR": "Opções:", en: "Options:" },
  globalOptions: { "pt-BR": "Opções gerais:", en: "Global options:" },
  commands: { "pt-BR": "Comandos:", en: "Commands:" },
  arguments: { "pt-BR": "Argumentos:", en: "Arguments:" },
} satisfies Record<string, Localized>;
