import { inLanguage } from "../localized.ts";
import type { Verdict, VerdictKind } from "../verdict.ts";
import { finding, verdictMarks, verdictWords } from "../verdict-words.ts";
import { padded, wrapped } from "./layout.ts";
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
