import type { Localized } from "../localized.ts";
import type { Parameter } from "../parameters.ts";

/** One of a few words, in words. */
export function expectedOneOf(allowed: readonly string[]): Localized {
  if (allowed.length === 0) return { "pt-BR": "nenhum valor", en: "no value" };
  return { "pt-BR": `um de ${allowed.join(", ")}`, en: `one of ${allowed.join(", ")}` };
}

/** A whole number within bounds, in words. */
export function expectedInteger(min: number, max: number): Localized {
  return { "pt-BR": `um inteiro de ${min} a ${max}`, en: `an integer from ${min} to ${max}` };
}

/** What a parameter allows, in words. */
export function expectedValue(parameter: Parameter): Localized {
  if (parameter.kind === "choice") return expectedOneOf(Object.keys(parameter.options));
  const { kind, min, max } = parameter;
  if (kind === "integer") return expectedInteger(min, max);
  return { "pt-BR": `um número de ${min} a ${max}`, en: `a number from ${min} to ${max}` };
}
