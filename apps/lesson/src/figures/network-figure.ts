import { grouped, inLanguage, type Language, localized } from "../localized.ts";
import type { FigureOutput } from "../output.ts";
import { type Drawing, element, label, rectangle, svgDocument, translated } from "./svg.ts";

/** One stage of a network as the drawing shows it. */
export interface Stage {
  /** Layer that gives it; empty for the input. */
  readonly name: string;
  /** Without the batch: `[c, h, w]` or `[units]`. */
  readonly shape: readonly number[];
  readonly parameters: number;
}

const SCALE = 3.2;
const MOST_SHEETS = 5;
const OFFSET = 6;
const GAP = 66;
const TALLEST = 32 * SCALE + (MOST_SHEETS - 1) * OFFSET;

/** Draws a network from left to right: maps as stacked sheets to scale, vectors as bars, parameters on the arrows. */
export function networkFigure(name: string, stages: readonly Stage[]): FigureOutput {
  const path = stages.map(({ shape }) => shape.join("×")).join(" → ");
  const alt = { "pt-BR": `A rede, da entrada à saída: ${path}.`, en: `The network, from input to output: ${path}.` };
  const title = { "pt-BR": "A rede da aula", en: "The lesson's network" };
  const svg = localized((say, language) => svgDocument(draw(stages, language), say(title), say(alt)));
  return { kind: "figure", name, svg, alt };
}

function draw(stages: readonly Stage[], language: Language): Drawing {
  const pieces: string[] = [];
  const baseline = TALLEST + 30;
  let x = 0;
  for (const [i, stage] of stages.entries()) {
    const body = stage.shape.length === 3 ? sheets(stage, i === 0) : bar(stage);
    const width = Math.max(body.width, 64);
    if (i > 0) {
      pieces.push(translated(x, 0, transition(stage, language)));
      x += GAP;
    }
    pieces.push(translated(x + (width - body.width) / 2, 30 + (TALLEST - body.height) / 2, body.content));
    pieces.push(label(x + width / 2, baseline + 22, sizeText(stage.shape), { size: 13 }));
    x += width;
  }
  return { width: x, height: baseline + 34, content: pieces.join("") };
}

function sheets({ shape }: Stage, isInput: boolean): Drawing {
  const [channels, h, w] = shape as [number, number, number];
  const count = Math.min(channels, MOST_SHEETS);
  const spread = (count - 1) * OFFSET;
  const drawn = Array.from({ length: count }, (_, i) => {
    return rectangle(spread - i * OFFSET, i * OFFSET, w * SCALE, h * SCALE, isInput ? "cf-input" : "cf-output");
  });
  return { width: w * SCALE + spread, height: h * SCALE + spread, content: drawn.join("") };
}

/** Longer vectors get taller bars, on a logarithmic scale. */
function bar({ shape }: Stage): Drawing {
  const height = (Math.log10(shape[0]!) / Math.log10(48_000)) * TALLEST;
  return { width: 16, height, content: rectangle(0, 0, 16, height, "cf-kernel") };
}

function transition({ name, parameters }: Stage, language: Language): string {
  const middle = 30 + TALLEST / 2;
  const d = `M6 ${middle}H${GAP - 6}M${GAP - 13} ${middle - 5}L${GAP - 6} ${middle}L${GAP - 13} ${middle + 5}`;
  const count = parameters === 0 ? "" : inLanguage(grouped(parameters), language);
  return (
    element("path", { d, class: "cf-line", "stroke-width": 1.5 }) +
    label(GAP / 2, middle - 14, name, { size: 12 }) +
    label(GAP / 2, middle + 16, count, { size: 11, className: "cf-soft" })
  );
}

function sizeText(shape: readonly number[]): string {
  return shape.length === 3 ? `${shape[0]} @ ${shape[1]}×${shape[2]}` : shape.join("×");
}
