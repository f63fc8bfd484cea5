import type { ProseText } from "../cell-text.ts";
import { CodedText } from "../coded-text.tsx";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";
import { words } from "../words.ts";

/** Paragraphs, formulas and remarks of a cell. */
export function ProseView({ prose }: { readonly prose: readonly ProseText[] }) {
  return (
    <div class="prose">
      {prose.map((part, i) => {
        switch (part.kind) {
          case "paragraph":
            return (
              <p key={i}>
                <CodedText text={say(part.text)} />
              </p>
            );
          case "formula":
            return (
              <Scrollable key={i} label={part.text}>
                <div class="formula" dangerouslySetInnerHTML={{ __html: part.mathml }} />
              </Scrollable>
            );
          case "remark":
            return (
              <div key={i} class="remark" role="note">
                <span class="remark-title">{say(words.aboutNotebook)}</span>
                <p>
                  <CodedText text={say(part.text)} />
                </p>
              </div>
            );
        }
      })}
    </div>
  );
}
