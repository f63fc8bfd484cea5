/** Attributes of an element; `undefined` leaves one out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One SVG element as text. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(typeof value === "number" ? short(value) : value!)}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

/** A line of text. `x` is its start, middle or end, as `anchor` says; `y` its middle. */
export function label(
  x: number,
  y: number,
  text: string,
  { anchor = "middle", size = 14, className = "cf-ink" }: { anchor?: string; size?: number; className?: string } = {},
): string {
  // Digits and capitals are about 0.7 of the size tall; not every renderer knows `dominant-baseline`.
  const baseline = y + 0.35 * size;
  const attributes = { x, y: baseline, "text-anchor": anchor, "font-size": size, class: className };
  return element("text", attributes, escapeXml(text));
}

/** A rectangle. */
export function rectangle(x: number, y: number, width: number, height: number, className: string): string {
  return element("rect", { x, y, width, height, class: className });
}

/** A drawing of known extent. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

/** Moves a piece of a drawing. */
export function translated(x: number, y: number, content: string): string {
  return element("g", { transform: `translate(${short(x)} ${short(y)})` }, content);
}

/** A whole SVG document with a margin, a title and the classes that all figures share. */
export function svgDocument({ width, height, content }: Drawing, title: string, description: string): string {
  const margin = 16;
  const [w, h] = [Math.ceil(width + 2 * margin), Math.ceil(height + 2 * margin)];
  return element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${w} ${h}`, width: w, height: h, role: "img" },
    element("title", {}, escapeXml(title)),
    element("desc", {}, escapeXml(description)),
    element("style", {}, STYLE),
    HATCH,
    rectangle(0, 0, w, h, "cf-paper"),
    translated(margin, margin, content),
  );
}

/** Text that may stand in an element or an attribute. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

/** A number with at most two decimals. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const HATCH = element(
  "defs",
  {},
  element(
    "pattern",
    { id: "cf-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    element("path", { d: "M0 0V6", class: "cf-hatch-line" }),
  ),
);

/** Colours of curves, for light and for dark paper. */
const SERIES = [
  ["#0a5ca8", "#6cb6ff"],
  ["#b45309", "#f0b45c"],
  ["#00724c", "#5fd3a2"],
  ["#7b3fa0", "#c79be8"],
] as const;

/** Colours that stay apart for colour-blind readers, light first, dark where the reader prefers it. */
const STYLE = [
  "text{font-family:system-ui,'DejaVu Sans',sans-serif}",
  ".cf-mono{font-family:ui-monospace,'DejaVu Sans Mono',monospace}",
  ".cf-paper{fill:#fff}.cf-ink{fill:#1b1f24}.cf-soft{fill:#59636e}",
  ".cf-cell{fill:#f3f5f7;stroke:#8c959f}.cf-ring{fill:#fff;stroke:#8c959f;stroke-dasharray:3 3}",
  ".cf-input{fill:#cfe3f7;stroke:#0a5ca8}.cf-kernel{fill:#fbe3c2;stroke:#a15c00}.cf-output{fill:#c8ecd9;stroke:#00724c}",
  ".cf-unread{fill:url(#cf-hatch);stroke:#8c959f}.cf-hatch-line{stroke:#8c959f;stroke-width:2;fill:none}",
  ".cf-window{fill:none;stroke:#0a5ca8;stroke-width:2.5}.cf-line{stroke:#59636e;fill:none}",
  ".cf-grid{stroke:#d8dde3;fill:none}.cf-curve{fill:none;stroke-width:2.25;stroke-linejoin:round}",
  ".cf-hollow{fill:#fff;stroke-width:2}.cf-dot{stroke:none}",
  SERIES.map(([light], i) => `.cf-series-${i}{stroke:${light}}.cf-dot.cf-series-${i}{fill:${light}}`).join(""),
  "@media (prefers-color-scheme:dark){",
  ".cf-paper{fill:#14181d}.cf-ink{fill:#e6edf3}.cf-soft{fill:#9aa5b1}",
  ".cf-cell{fill:#222831;stroke:#667080}.cf-ring{fill:#14181d;stroke:#667080}",
  ".cf-input{fill:#123f66;stroke:#6cb6ff}.cf-kernel{fill:#5c3a06;stroke:#f0b45c}.cf-output{fill:#0d4a33;stroke:#5fd3a2}",
  ".cf-grid{stroke:#343c47}.cf-hollow{fill:#14181d}",
  SERIES.map(([, dark], i) => `.cf-series-${i}{stroke:${dark}}.cf-dot.cf-series-${i}{fill:${dark}}`).join(""),
  ".cf-hatch-line{stroke:#667080}.cf-unread{stroke:#667080}.cf-window{stroke:#6cb6ff}.cf-line{stroke:#9aa5b1}}",
].join("");
