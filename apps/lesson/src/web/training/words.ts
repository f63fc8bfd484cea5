import type { Localized } from "../../localized.ts";
import type { SessionStatus } from "./protocol.ts";

/** The words of the Training screen. */
export const words = {
  title: { "pt-BR": "Treino", en: "Training" },
  lead: {
    "pt-BR":
      "A rede da aula aprende aqui, neste aparelho, sem que a página pare. Pause quando quiser, mude a taxa de aprendizado no meio, desenhe e veja o que cada camada enxerga.",
    en: "The lesson's network learns here, on this device, while the page stays at hand. Pause when you like, change the learning rate on the way, draw, and see what every layer makes of it.",
  },
  run: { "pt-BR": "Execução", en: "Run" },
  preset: { "pt-BR": "Configuração", en: "Setting" },
  dataset: { "pt-BR": "Dados", en: "Data" },
  source: { "pt-BR": "Origem dos dados", en: "Where the data come from" },
  fromPage: { "pt-BR": "um décimo, com a página", en: "a tenth, with the page" },
  fromServer: { "pt-BR": "completos, deste servidor", en: "complete, from this server" },
  fromFiles: { "pt-BR": "completos, arquivos meus", en: "complete, files of mine" },
  pickFiles: {
    "pt-BR": "Os quatro arquivos IDX, como publicados (.gz ou não)",
    en: "The four IDX files as published (.gz or not)",
  },
  epochs: { "pt-BR": "Épocas", en: "Epochs" },
  batchSize: { "pt-BR": "Lote", en: "Batch" },
  samples: { "pt-BR": "Imagens de treino", en: "Training pictures" },
  momentum: { "pt-BR": "Momentum", en: "Momentum" },
  seed: { "pt-BR": "Semente da ordem", en: "Seed of the order" },
  learningRate: { "pt-BR": "Taxa de aprendizado", en: "Learning rate" },
  apply: { "pt-BR": "Usar", en: "Use" },
  start: { "pt-BR": "Treinar", en: "Train" },
  restart: { "pt-BR": "Treinar de novo", en: "Train anew" },
  go: { "pt-BR": "Continuar", en: "Go on" },
  pause: { "pt-BR": "Pausar", en: "Pause" },
  step: { "pt-BR": "Um passo", en: "One step" },
  epoch: { "pt-BR": "Uma época", en: "One epoch" },
  stop: { "pt-BR": "Parar", en: "Stop" },
  resume: { "pt-BR": "Retomar o treino guardado", en: "Resume the kept training" },
  onWasm: { "pt-BR": "Continuar com WASM", en: "Go on with WASM" },
  exportWeights: { "pt-BR": "Exportar pesos", en: "Export weights" },
  exportHistory: { "pt-BR": "Exportar histórico", en: "Export history" },
  openFile: { "pt-BR": "Abrir um arquivo de pesos", en: "Open a file of weights" },
  curves: { "pt-BR": "Curvas", en: "Curves" },
  asTable: { "pt-BR": "Como tabela", en: "As a table" },
  epochTable: { "pt-BR": "Épocas", en: "Epochs" },
  recordedRow: { "pt-BR": "notebook", en: "notebook" },
  loss: { "pt-BR": "perda", en: "loss" },
  trainLoss: { "pt-BR": "perda treino", en: "train loss" },
  trainAccuracy: { "pt-BR": "acurácia treino", en: "train acc" },
  testLoss: { "pt-BR": "perda teste", en: "test loss" },
  testAccuracy: { "pt-BR": "acurácia teste", en: "test acc" },
  time: { "pt-BR": "tempo", en: "time" },
  verdict: { "pt-BR": "Veredito", en: "Verdict" },
  mistakes: { "pt-BR": "O que a rede confunde", en: "What the network confuses" },
  measureMistakes: { "pt-BR": "Medir agora", en: "Measure now" },
  insideTitle: { "pt-BR": "Por dentro da rede", en: "Inside the network" },
  draw: { "pt-BR": "Desenhe e classifique", en: "Draw and classify" },
  drawHelp: {
    "pt-BR":
      "Desenhe com o dedo ou o mouse. Pelo teclado: setas movem o lápis, espaço o baixa e levanta, Delete apaga tudo.",
    en: "Draw with finger or mouse. By keyboard: arrows move the pen, space lowers and lifts it, Delete clears all.",
  },
  clear: { "pt-BR": "Apagar", en: "Clear" },
  openPicture: { "pt-BR": "Abrir uma imagem", en: "Open a picture" },
  testPicture: { "pt-BR": "Uma imagem de teste", en: "A test picture" },
  penDown: { "pt-BR": "lápis abaixado", en: "pen down" },
  penUp: { "pt-BR": "lápis levantado", en: "pen up" },
  seen: { "pt-BR": "O que a rede recebe, 32 × 32", en: "What the network takes, 32 × 32" },
  answer: { "pt-BR": "Resposta", en: "Answer" },
  filters: { "pt-BR": "Filtros da primeira camada", en: "Filters of the first layer" },
  map: { "pt-BR": "mapa", en: "map" },
  mapHelp: {
    "pt-BR": "Escolha um mapa; setas movem o pixel. O campo receptivo aparece na imagem.",
    en: "Choose a map; arrows move the pixel. Its receptive field shows in the picture.",
  },
  receptiveField: { "pt-BR": "campo receptivo", en: "receptive field" },
  scale: { "pt-BR": "escala", en: "scale" },
  nothingYet: {
    "pt-BR": "Ainda não há treino. Escolha a configuração e toque em Treinar.",
    en: "There is no training yet. Choose a setting and press Train.",
  },
  whatComes: {
    "pt-BR":
      "Aqui aparecem as curvas ao lado do que o notebook registrou, a tabela das épocas, o que a rede confunde e, para cada imagem, os mapas de cada camada.",
    en: "Then you see its curves beside what the notebook recorded, the table of epochs, what the network confuses and, for every picture, the maps of every layer.",
  },
  inBackground: {
    "pt-BR":
      "Em outra aba o treino continua; se o navegador congelar esta, ele espera. O estado fica guardado neste navegador a cada época, a cada pausa e a cada 20 segundos.",
    en: "The training goes on behind another tab; where the browser freezes this one, it waits. Its state is kept in this browser after every epoch, at every pause and every 20 seconds.",
  },
  isKept: { "pt-BR": "Estado guardado neste navegador", en: "State kept in this browser" },
  backend: { "pt-BR": "Backend", en: "Backend" },
} satisfies Record<string, Localized>;

/** What the session is doing, in words. */
export const statusWords = {
  idle: { "pt-BR": "parado", en: "idle" },
  preparing: { "pt-BR": "preparando os dados…", en: "preparing the data…" },
  running: { "pt-BR": "treinando", en: "training" },
  paused: { "pt-BR": "em pausa", en: "paused" },
  ended: { "pt-BR": "terminado", en: "ended" },
} satisfies Record<SessionStatus, Localized>;
