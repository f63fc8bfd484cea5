import { DataFormatError, DataUnavailableError } from "@camada/datasets";
import { DeviceLostError, TrainingRefusedError } from "@camada/tensor";
import { CheckpointFormatError } from "@camada/training";
import { inLanguage, localized, type Localized } from "../../localized.ts";
import { refusal } from "../../refusal.ts";
import { StorageError } from "./run-store.ts";

/** What to tell the reader of an error: one sentence that begins with what it means to them. */
export function problemSentence(error: unknown): Localized {
  if (error instanceof DataUnavailableError) return dataSentence(error);
  if (error instanceof StorageError) return storageSentence(error);
  if (error instanceof CheckpointFormatError) {
    return say(
      `${error.source} não é um estado deste treino: esperava ${error.expected}, recebeu ${error.got}.`,
      `${error.source} is no state of this training: expected ${error.expected}, got ${error.got}.`,
    );
  }
  if (error instanceof DeviceLostError) {
    return say(
      "O navegador perdeu a placa de vídeo no meio do treino. O último estado guardado continua válido; dá para continuar com WASM.",
      "The browser lost the graphics card in the middle of the training. The last kept state is still good; you can go on with WASM.",
    );
  }
  if (error instanceof TrainingRefusedError) {
    return say(
      "A placa de vídeo deste aparelho guarda números de meia precisão, com que o treino quase sempre falha. Escolha WebAssembly.",
      "This device's graphics card holds numbers of half precision, with which training nearly always fails. Choose WebAssembly.",
    );
  }
  const reason = refusal(error);
  return localized((_say, language) =>
    language === "pt-BR"
      ? `O treino parou: ${inLanguage(reason, language)}`
      : `The training stopped: ${inLanguage(reason, language)}`,
  );
}

function dataSentence({ rejected }: DataUnavailableError): Localized {
  const error = rejected[0]?.error;
  if (error instanceof DataFormatError) {
    return say(
      `${error.source} não é um arquivo de imagens que se possa usar: esperava ${error.expected}, recebeu ${error.got}.`,
      `${error.source} is no file of pictures that can be used: expected ${error.expected}, got ${error.got}.`,
    );
  }
  const reasons = rejected.map(({ reason }) => reason).join("; ");
  return say(`Os dados não foram encontrados: ${reasons}.`, `The data were not found: ${reasons}.`);
}

function storageSentence({ isFull, got }: StorageError): Localized {
  return isFull
    ? say(
        "O navegador não tem espaço para guardar o estado do treino. O treino continua; exporte os pesos para não os perder.",
        "The browser has no room to keep the training's state. The training goes on; export the weights so as not to lose them.",
      )
    : say(
        `O navegador não deixa esta página guardar o estado do treino (${got}). O treino continua; exporte os pesos para não os perder.`,
        `The browser does not let this page keep the training's state (${got}). The training goes on; export the weights so as not to lose them.`,
      );
}

function say(ptBR: string, en: string): Localized {
  return { "pt-BR": ptBR, en };
}
