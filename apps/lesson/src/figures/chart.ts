import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { inLanguage, type Language, localized, type Text } from "../localized.ts";
import type { ChartOutput, FigureOutput } from "../output.ts";
import { type Drawing, element, label, svgDocument, translated } from "./svg.ts";

const WIDTH = 640;
const HEIGHT = 320;
/** Room for the numbers at the axes. */
const LEFT = 58;
const BOTTOM = 44;
const LEGEND_ROW = 22;
const MARK_RADIUS = 4.5;

/** Series of one label share a colour whatever their style: ours as a line, what was recorded as hollow marks. */
const COLORS = 4;

type Series = ChartOutput["series"][number];

/** Draws series over a common horizontal axis: lines for ours, hollow marks for what was recorded. */
export function chartFigure(chart: ChartOutput): FigureOutput {
  const { name, caption, alt, yLabel } = chart;
  const svg = localized((say, language) => svgDocument(draw(chart, language), say(caption ?? yLabel), say(alt)));
  return { kind: "figure", name, ...(caption === undefined ? {} : { caption }), svg, alt };
}

function draw({ series, xLabel, yLabel }: ChartOutput, language: Language): Drawing {
  const say = (text: Text): string => inLanguage(text, language);
  const points = series.flatMap((one) => one.points);
  const [right, top] = [Math.max(1, ...points.map(([x]) => x)), Math.max(...points.map(([, y]) => y), 0.1)];
  const x = scaleLinear([Math.min(0, ...points.map(([value]) => value)), right], [0, WIDTH]);
  const y = scaleLinear([0, top], [HEIGHT, 0]).nice();
  const legend = legendOf(series, say);
  const plot = [
    ...y.ticks(6).map((tick) => horizontal(y(tick), y.tickFormat(6)(tick), language)),
    ...wholeTicks(x.ticks(10)).map((tick) => vertical(x(tick), String(tick))),
    element("path", { d: `M0 0V${HEIGHT}H${WIDTH}`, class: "cf-line" }),
    ...series.map((one, i) => curve(one, colorOf(series, i), x, y)),
    label(WIDTH / 2, HEIGHT + BOTTOM - 8, say(xLabel), { size: 13, className: "cf-soft" }),
  ];
  const content = [
    translated(0, 8, legend.content),
    label(LEFT, legend.height + 18, say(yLabel), { size: 13, className: "cf-soft" }),
    translated(LEFT, legend.height + 36, plot.join("")),
  ];
  return { width: LEFT + WIDTH + 8, height: legend.height + 36 + HEIGHT + BOTTOM, content: content.join("") };
}

function horizontal(y: number, text: string, language: Language): string {
  const shown = language === "pt-BR" ? text.replace(".", ",") : text;
  return (
    element("path", { d: `M0 ${y}H${WIDTH}`, class: "cf-grid" }) +
    label(-8, y, shown, { anchor: "end", size: 12, className: "cf-soft" })
  );
}

function vertical(x: number, text: string): string {
  return (
    element("path", { d: `M${x} ${HEIGHT}v5`, class: "cf-line" }) +
    label(x, HEIGHT + 16, text, { size: 12, className: "cf-soft" })
  );
}

function wholeTicks(ticks: readonly number[]): number[] {
  return ticks.filter(Number.isInteger);
}

function curve(
  { style, points }: Series,
  color: number,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  if (style === "hollow") return points.map((point) => mark(x(point[0]), y(point[1]), color)).join("");
  const placed = points.map((point): [number, number] => [rounded(x(point[0])), rounded(y(point[1]))]);
  const path = line()(placed) ?? "";
  const drawn = element("path", { d: path, class: `cf-curve cf-series-${color}` });
  // A point alone is no line, and few points are worth seeing one by one.
  if (points.length > MOST_DOTS) return drawn;
  const dots = placed.map(([cx, cy]) => element("circle", { cx, cy, r: 3, class: `cf-dot cf-series-${color}` }));
  return drawn + dots.join("");
}

const MOST_DOTS = 30;

/** A tenth of a pixel is fine enough. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function mark(cx: number, cy: number, color: number): string {
  return element("circle", { cx, cy, r: MARK_RADIUS, class: `cf-hollow cf-series-${color}` });
}

function legendOf(series: readonly Series[], say: (text: Text) => string): { content: string; height: number } {
  const half = (WIDTH + LEFT) / 2;
  const entries = series.map((one, i) => {
    const color = colorOf(series, i);
    const sign =
      one.style === "hollow"
        ? mark(14, 0, color)
        : element("path", { d: "M0 0H28", class: `cf-curve cf-series-${color}` });
    const text = label(38, 0, say(one.label), { anchor: "start", size: 13 });
    return translated((i % 2) * half, Math.floor(i / 2) * LEGEND_ROW, sign + text);
  });
  return { content: entries.join(""), height: Math.ceil(series.length / 2) * LEGEND_ROW };
}

/** Lines are coloured in their order, and so are marks: the first mark belongs to the first line. */
function colorOf(series: readonly Series[], index: number): number {
  const { style } = series[index]!;
  return series.slice(0, index).filter((other) => other.style === style).length % COLORS;
}
