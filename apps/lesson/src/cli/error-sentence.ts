import { BackendUnavailableError } from "@camada/tensor";
import { inLanguage, type Language } from "../localized.ts";
import { refusal } from "../refusal.ts";
import { UsageError } from "./usage-error.ts";

/** What to tell the user of an error: its sentence, in one line, without a stack. */
export function errorSentence(error: unknown, language: Language): string {
  if (error instanceof UsageError) return error.sentence[language];
  const reason = inLanguage(refusal(error), language);
  if (!(error instanceof BackendUnavailableError)) return reason;
  if (error.backend === "any") return reason;
  return `${error.backend}: ${reason}${error.backend === "cuda" ? WHAT_TO_DO[language] : ""}`;
}

const WHAT_TO_DO = {
  "pt-BR": "; camada doctor diz o que falta, --backend auto usa o que houver nesta máquina",
  en: "; camada doctor says what is missing, --backend auto uses what this machine has",
} as const;

/** That results could not be written to where stdout goes. */
export function outputLost({ message }: Error, language: Language): string {
  const expected = {
    "pt-BR": "saída: esperava gravar os resultados",
    en: "output: expected to write the results",
  };
  return `${expected[language]}, ${language === "en" ? "got" : "recebeu"} ${message}`;
}
