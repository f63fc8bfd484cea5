import { useState } from "preact/hooks";
import { inLanguage } from "../../localized.ts";
import { backendEntries } from "../backends.ts";
import { computing } from "../computing.ts";
import { saveFile } from "../save-file.ts";
import { say } from "../state.ts";
import { words } from "../words.ts";
import type { Agreement } from "./agreement.ts";
import { backendsWords } from "./backends-words.ts";
import type { BrowserFact } from "./browser-facts.ts";

interface ReportProps {
  readonly facts: readonly BrowserFact[];
  readonly agreement: Agreement | undefined;
}

/** Everything on this screen as lines of text, for a report of a problem. */
export function CopyReport({ facts, agreement }: ReportProps) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async (): Promise<void> => {
    const text = report(facts, agreement);
    try {
      await navigator.clipboard.writeText(text);
      setIsCopied(true);
    } catch {
      // Where the clipboard is shut the report comes as a file.
      saveFile("camada-backends.txt", text, "text/plain");
    }
  };
  return (
    <div class="run-row">
      <button type="button" onClick={() => void copy()} aria-live="polite">
        {say(isCopied ? words.copied : backendsWords.copyReport)}
      </button>
    </div>
  );
}

function report(facts: readonly BrowserFact[], agreement: Agreement | undefined): string {
  const { value: now } = computing;
  const lines = [navigator.userAgent];
  if (now.status === "ready") {
    lines.push(`backend: ${now.id}, ${now.chosen.info.description}`);
    for (const { id } of backendEntries) {
      const reason = now.refusals.get(id);
      if (reason !== undefined) lines.push(`refused: ${id}, ${inLanguage(reason, "en")}`);
    }
  } else if (now.status === "failed") lines.push(`backend: none, ${inLanguage(now.reason, "en")}`);
  for (const { name, has, detail } of facts) lines.push(`${name}: ${has ? "yes" : "no"}, ${inLanguage(detail, "en")}`);
  if (agreement !== undefined) {
    lines.push(`agreement: ${agreement.scaledError.toExponential(2)}, ${agreement.convolutionMs.toFixed(2)} ms`);
  }
  return `${lines.join("\n")}\n`;
}
