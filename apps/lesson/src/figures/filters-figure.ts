import { type Language, localized } from "../localized.ts";
import type { FigureOutput } from "../output.ts";
import { shapeText } from "../shape-text.ts";
import { type Drawing, element, label, rectangle, svgDocument, translated } from "./svg.ts";

const SIDE = 15;
const OFFSET = 9;
const GAP = 34;

/**
 * Draws a convolution's weight: one stack of planes for each output channel, and the map that it gives.
 *
 * @param weightShape `[cOut, cIn, kh, kw]`
 * @param outputShape `[n, cOut, h, w]`
 */
export function filtersFigure(
  name: string,
  weightShape: readonly number[],
  outputShape: readonly number[],
): FigureOutput {
  const [cOut, cIn, kh, kw] = weightShape as [number, number, number, number];
  const [, , h, w] = outputShape as [number, number, number, number];
  const alt = {
    "pt-BR": `${cOut} filtros, cada um com ${cIn} planos de ${kh} × ${kw}; cada filtro dá um mapa de ${h} × ${w}.`,
    en: `${cOut} kernels, each of ${cIn} planes of ${kh} × ${kw}; each kernel gives one map of ${h} × ${w}.`,
  };
  const title = { "pt-BR": "Filtros e seus mapas", en: "Kernels and their maps" };
  const svg = localized((say, language) => {
    return svgDocument(draw(weightShape, outputShape, language), say(title), say(alt));
  });
  return { kind: "figure", name, svg, alt };
}

function draw(weightShape: readonly number[], outputShape: readonly number[], language: Language): Drawing {
  const [cOut, cIn, kh, kw] = weightShape as [number, number, number, number];
  const [, , h, w] = outputShape as [number, number, number, number];
  const stackWidth = kw * SIDE + (cIn - 1) * OFFSET;
  const stackHeight = kh * SIDE + (cIn - 1) * OFFSET;
  const column = Math.max(stackWidth, w * MAP_CELL, 60);
  const mapY = 30 + stackHeight + 44;
  const pieces = Array.from({ length: cOut }, (_, o) => {
    const x = o * (column + GAP);
    const center = column / 2;
    // The last channel is the farthest away, so it is drawn first.
    const planes = Array.from({ length: cIn }, (__, i) => {
      return translated((cIn - 1 - i) * OFFSET, i * OFFSET, plane(kh, kw, SIDE, "cf-kernel"));
    });
    return translated(
      x,
      0,
      label(center, 9, `${language === "pt-BR" ? "filtro" : "kernel"} ${o}`, { size: 13, className: "cf-soft" }) +
        translated((column - stackWidth) / 2, 30, planes.join("")) +
        arrow(center, 30 + stackHeight + 8, mapY - 8) +
        translated((column - w * MAP_CELL) / 2, mapY, plane(h, w, MAP_CELL, "cf-output")),
    );
  });
  const width = cOut * column + (cOut - 1) * GAP;
  const mapBottom = mapY + h * MAP_CELL;
  const words = language === "pt-BR" ? ["peso", "saída"] : ["weight", "output"];
  const caption = `${words[0]} ${shapeText(weightShape)}   →   ${words[1]} ${shapeText(outputShape)}`;
  pieces.push(label(width / 2, mapBottom + 24, caption, { size: 14 }));
  return { width: Math.max(width, caption.length * 8), height: mapBottom + 36, content: pieces.join("") };
}

const MAP_CELL = 10;

function plane(rows: number, columns: number, side: number, className: string): string {
  const squares = Array.from({ length: rows * columns }, (_, i) => {
    return rectangle((i % columns) * side, Math.floor(i / columns) * side, side, side, className);
  });
  return squares.join("");
}

function arrow(x: number, from: number, to: number): string {
  const d = `M${x} ${from}V${to}M${x - 5} ${to - 7}L${x} ${to}L${x + 5} ${to - 7}`;
  return element("path", { d, class: "cf-line", "stroke-width": 1.5 });
}
