import { BackendUnavailableError } from "@camada/tensor";
import type { Text } from "./localized.ts";

/** Why a backend does not run here, in words. */
export function refusal(error: unknown): Text {
  if (error instanceof BackendUnavailableError) {
    if (error.backend === "cuda") return CUDA;
    if (error.cause instanceof Error) return firstLine(error.cause.message);
  }
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}

const CUDA = {
  "pt-BR": "ainda não faz parte desta versão",
  en: "not part of this version yet",
} as const;
