import type { CellId, Prose } from "../cell.ts";
import type { Localized } from "../localized.ts";
import type { RecordedOutput } from "../output.ts";
import type { Parameters } from "../parameters.ts";

/** Prose as a page shows it: formulas are MathML already. */
export type ProseText =
  | Exclude<Prose, { readonly kind: "formula" }>
  | { readonly kind: "formula"; readonly text: string; readonly mathml: string };

/** What a page shows of a cell before it runs. Made when the page is built, see `vite/lesson-text.ts`. */
export interface CellText {
  readonly id: CellId;
  readonly kind: "text" | "code";
  readonly title: Localized;
  readonly prose: readonly ProseText[];
  readonly code?: { readonly text: string; readonly html: string };
  readonly recorded: readonly RecordedOutput[];
  readonly parameters: Parameters;
}
