import type { RecordedOutput } from "../../output.ts";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";
import { words } from "../words.ts";

/** What the notebook printed, marked as such. */
export function RecordedView({ recorded: { label, text } }: { readonly recorded: RecordedOutput }) {
  const title = `${say(words.notebook)}${label === undefined ? "" : ` · ${label}`}`;
  return (
    <figure class="recorded">
      <figcaption>{title}</figcaption>
      <Scrollable label={title}>
        <pre>{text}</pre>
      </Scrollable>
    </figure>
  );
}
