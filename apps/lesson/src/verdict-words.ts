import { type Localized, localized } from "./localized.ts";
import type { Check, Reference, VerdictKind } from "./verdict.ts";

/** Words for verdicts. */
export const verdictWords = {
  equal: { "pt-BR": "igual", en: "equal" },
  compatible: { "pt-BR": "compatível", en: "compatible" },
  different: { "pt-BR": "diferente", en: "different" },
  "not-comparable": { "pt-BR": "não comparável", en: "not comparable" },
} satisfies Record<VerdictKind, Localized>;

/** Marks for verdicts. Only numbers that were compared get a tick. */
export const verdictMarks = {
  equal: "✓",
  compatible: "≈",
  different: "✗",
  "not-comparable": "–",
} satisfies Record<VerdictKind, string>;

/** Whose numbers a check compared with. */
const referenceWords = {
  notebook: { "pt-BR": "do notebook", en: "the notebook's" },
  formula: { "pt-BR": "da fórmula", en: "the formula's" },
  loop: { "pt-BR": "de um laço simples", en: "a plain loop's" },
  publisher: { "pt-BR": "de quem publicou os dados", en: "the publisher's" },
  runs: { "pt-BR": "de muitas execuções deste treino", en: "those of many runs of this training" },
} satisfies Record<Reference, Localized>;

/** What was found, with the tolerance or the band; where something differs, why. */
export function finding({ kind, what, items, against, tolerance = 0, worst = 0, band, reason }: Check): Localized {
  const reference = referenceWords[against];
  switch (kind) {
    case "equal": {
      const n = items.length;
      const off = worst === 0 ? "" : worst.toPrecision(2);
      return {
        "pt-BR": `${n} ${n === 1 ? "valor" : "valores"}, ${samePortuguese(n, tolerance, off, reference["pt-BR"])}`,
        en: `${n} ${n === 1 ? "value" : "values"}, ${sameEnglish(tolerance, off)} ${reference.en}`,
      };
    }
    case "compatible": {
      // A name that only repeats the question says nothing more.
      const values = items.map(({ name, live }) => (name === what.en ? `${live}` : `${name} ${live}`)).join(", ");
      return localized((say, language) => {
        const label = language === "pt-BR" ? "faixa" : "band";
        return `${values}; ${label}: ${say(band ?? "")}`;
      });
    }
    case "different":
    case "not-comparable":
      return localized((say) => say(reason ?? ""));
  }
}

function samePortuguese(n: number, tolerance: number, off: string, reference: string): string {
  if (tolerance === 0) return n === 1 ? `idêntico ao ${reference}` : `idênticos aos ${reference}`;
  const same = n === 1 ? `igual ao ${reference}` : `iguais aos ${reference}`;
  return `${same} com tolerância de ${small(tolerance)}${off === "" ? "" : ` (maior diferença ${off})`}`;
}

function sameEnglish(tolerance: number, off: string): string {
  if (tolerance === 0) return "identical to";
  return `within ${small(tolerance)}${off === "" ? "" : ` (largest difference ${off})`} of`;
}

function small(value: number): string {
  return value < 1e-3 ? value.toExponential() : String(value);
}
