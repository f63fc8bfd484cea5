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

function finding({ kind, items, against, tolerance, worst, band, reason }: Check): Localized {
  const n = items.length;
  const reference = referenceWords[against];
  switch (kind) {
    case "equal":
      return localized((say, language) => {
        const how = sameness(language === "pt-BR", n, tolerance ?? 0, worst ?? 0);
        return `${how} ${say(reference)}`;
      });
    case "compatible":
      return localized((say, language) => {
        const values = items.map(({ name, live }) => `${name} ${live}`).join(", ");
        return language === "pt-BR"
          ? `${values}; faixa: ${say(band ?? "")} (${say(reference)})`
          : `${values}; band: ${say(band ?? "")} (${say(reference)})`;
      });
    case "different":
    case "not-comparable":
      return localized((say) => say(reason ?? ""));
  }
}

function sameness(isPortuguese: boolean, n: number, tolerance: number, worst: number): string {
  const found = worst === 0 ? "" : `, ${isPortuguese ? "maior diferença" : "largest difference"} ${worst.toPrecision(2)}`;
  const within = `≤ ${tolerance}${found}`;
  if (isPortuguese) {
    const how = tolerance === 0 ? (n === 1 ? "idêntico" : "idênticos") : `dentro da tolerância (${within})`;
    return `${n} ${n === 1 ? "valor" : "valores"} ${how}, em comparação com`;
  }
  const how = tolerance === 0 ? "identical" : `within tolerance (${within})`;
  return `${n} ${n === 1 ? "value" : "values"} ${how}, compared with`;
}
