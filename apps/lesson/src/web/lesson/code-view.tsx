import { useState } from "preact/hooks";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";
import { words } from "../words.ts";

/** Code as one would write it, with its colours, to be copied. */
export function CodeView({ code }: { readonly code: { readonly text: string; readonly html: string } }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(code.text);
      setIsCopied(true);
      setTimeout(() => setIsCopied(false), 1500);
    } catch {
      // A browser that keeps its clipboard shut still lets the reader select the text.
    }
  };
  return (
    <div class="code">
      <Scrollable label={say(words.code)}>
        <pre>
          <code dangerouslySetInnerHTML={{ __html: code.html }} />
        </pre>
      </Scrollable>
      <button type="button" class="copy" onClick={() => void copy()} aria-live="polite">
        {say(isCopied ? words.copied : words.copy)}
      </button>
    </div>
  );
}
