import { inLanguage, type Localized, localized } from "../localized.ts";
import type { Check, Verdict, VerdictKind } from "../verdict.ts";
import { padded, wrapped } from "./layout.ts";
import { referenceWords, verdictMarks, verdictWords } from "./messages.ts";
import type { Screen, Style } from "./screen.ts";

/** One line for each check: mark, verdict, what was compared with what, and the tolerance or band. */
export function verdictLines({ checks }: Verdict, { language, style }: Screen, width: number): string[] {
  return checks.flatMap((check) => {
    const head = `${verdictMarks[check.kind]} ${inLanguage(verdictWords[check.kind], language)}`;
    const text = `${inLanguage(check.what, language)}: ${inLanguage(finding(check), language)}`;
    const [first, ...rest] = wrapped(`${padded(head, 12)} ${text}`, width, " ".repeat(13));
    return [verdictColor(check.kind, style)(first!), ...rest];
  });
}

/** The colour of a verdict. */
export function verdictColor(kind: VerdictKind, style: Style): (text: string) => string {
  if (kind === "different") return style.bad;
  return { equal: style.good, compatible: style.warning, "not-comparable": style.dim }[kind];
}

function finding({ kind, what, items, against, tolerance = 0, worst = 0, band, reason }: Check): Localized {
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
