import temml from "temml";

/** A formula as MathML. Inline styles go: the page's content security policy forbids them, and its own do without. */
export function mathml(tex: string): string {
  return temml
    .renderToString(tex, { displayMode: true, throwOnError: true, annotate: false })
    .replaceAll(/ (?:style|class)="[^"]*"/g, "");
}
