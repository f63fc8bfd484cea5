import { BackendUnavailableError } from "@camada/tensor";
import { localized, type Text } from "./localized.ts";

/** Why a backend does not run here, in words. */
export function refusal(error: unknown): Text {
  if (error instanceof BackendUnavailableError) {
    if (error.backend === "cuda") return CUDA;
    if (error.backend === "any" && error.cause instanceof AggregateError) return allRefusals(error.cause.errors);
    if (error.cause instanceof Error) return engineRefusal(firstLine(error.cause.message));
  }
  return firstLine(error instanceof Error ? error.message : String(error));
}

/** Why an engine does not run here; in every language where the reason is one of ours. */
export function engineRefusal(reason: string): Text {
  return reason === NATIVE.en ? NATIVE : reason;
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

const NATIVE = {
  "pt-BR": "kernels nativos não fazem parte desta versão",
  en: "native kernels are not part of this version",
} as const;

const CUDA = {
  "pt-BR": "ainda não faz parte desta versão",
  en: "not part of this version yet",
} as const;
