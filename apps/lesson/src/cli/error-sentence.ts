import { BackendUnavailableError } from "@camada/tensor";
import type { Language } from "../localized.ts";
import { UsageError } from "./usage-error.ts";

/** What to tell the user of an error: its sentence, in one line, without a stack. */
export function errorSentence(error: unknown, language: Language): string {
  if (error instanceof UsageError) return error.sentence[language];
  if (error instanceof BackendUnavailableError && error.backend === "cuda") return CUDA[language];
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0]!;
}

const CUDA = {
  "pt-BR": "cuda: ainda não faz parte desta versão; use --backend cpu, ou auto",
  en: "cuda: not part of this version yet; use --backend cpu, or auto",
} as const;
