import { BackendUnavailableError } from "@camada/tensor";
import { localized, type Localized, type Text } from "./localized.ts";

/** Why a backend does not run here, in words. */
export function refusal(error: unknown): Text {
  if (error instanceof BackendUnavailableError) {
    if (error.backend === "cuda") return CUDA;
    if (error.backend === "any" && error.cause instanceof AggregateError) return allRefusals(error.cause.errors);
    if (error.cause instanceof Error) return engineRefusal(firstLine(error.cause.message));
  }
  return firstLine(error instanceof Error ? error.message : String(error));
}

/** The common reasons of engines, with what stands for their parts. */
const REASONS: readonly { readonly pattern: RegExp; readonly say: (part: string) => Localized }[] = [
  {
    pattern: /^expected native kernels built here or the package (\S+), got neither$/,
    say: (name) => ({
      "pt-BR": `não há kernels nativos: nem compilados aqui (falta um compilador de C++), nem o pacote ${name}`,
      en: `there are no native kernels: neither built here (a C++ compiler is missing), nor the package ${name}`,
    }),
  },
  {
    pattern: /^computes in float32 alone, not in (\S+)$/,
    say: (precision) => ({
      "pt-BR": `só calcula em float32, não em ${precision}`,
      en: `computes in float32 alone, not in ${precision}`,
    }),
  },
];

/** Why an engine does not run here; in every language where the reason is a common one. */
export function engineRefusal(reason: string): Text {
  for (const { pattern, say } of REASONS) {
    const part = pattern.exec(reason)?.[1];
    if (part !== undefined) return say(part);
  }
  return reason;
}

function allRefusals(errors: readonly unknown[]): Text {
  return localized((say) =>
    errors
      .map((error) => (error instanceof BackendUnavailableError ? `${error.backend}: ` : "") + say(refusal(error)))
      .join("; "),
  );
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}

const CUDA = {
  "pt-BR": "ainda não faz parte desta versão",
  en: "not part of this version yet",
} as const;
