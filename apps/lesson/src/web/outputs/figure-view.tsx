import type { FigureOutput } from "../../output.ts";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";

/** A drawing, in the page's colours: its own style sheet gives way to `figures.css`, which knows the page's switch. */
export function FigureView({ figure }: { readonly figure: FigureOutput }) {
  const svg = say(figure.svg)
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<defs>.*?<\/defs>/s, "");
  return (
    <Scrollable label={say(figure.alt)}>
      <div class="figure" dangerouslySetInnerHTML={{ __html: svg }} />
    </Scrollable>
  );
}

/** What drawings refer to, once for the page. */
export function FigureDefinitions() {
  return (
    <svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="cf-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V6" class="cf-hatch-line" />
        </pattern>
      </defs>
    </svg>
  );
}
