import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { decimals, inLanguage, type Language } from "../../localized.ts";
import type { ChartOutput } from "../../output.ts";
import { words } from "./words.ts";

const USUAL_WIDTH = 560;
const HEIGHT = 240;
const LEFT = 46;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;
const COLORS = 4;
const TICKS = 5;

type Series = ChartOutput["series"][number];
type Scale = (value: number) => number;

/** Curves over epochs: lines for this run, hollow marks for what the notebook recorded. Its table follows it. */
export function TrainingChart({ chart, language }: { readonly chart: ChartOutput; readonly language: Language }) {
  const { series, xLabel, yLabel, alt } = chart;
  const [place, width] = useWidth();
  const points = series.flatMap((one) => one.points);
  const x = scaleLinear([0, Math.max(1, ...points.map(([value]) => value))], [LEFT, width - RIGHT]);
  const y = scaleLinear([0, Math.max(0.1, ...points.map(([, value]) => value))], [HEIGHT - BOTTOM, TOP]).nice(TICKS);
  const number = (value: number, digits: number): string => inLanguage(decimals(value, digits), language);
  return (
    <figure class="training-chart">
      <figcaption>
        {inLanguage(yLabel, language)}
        <ul class="training-legend">
          {series.map((one, i) => (
            <li key={i} class={`${one.style} series-${colorOf(series, i)}`}>
              {inLanguage(one.label, language)}
            </li>
          ))}
        </ul>
      </figcaption>
      <svg
        ref={place}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        height={HEIGHT}
        role="img"
        aria-label={inLanguage(alt, language)}
      >
        {y.ticks(TICKS).map((tick) => (
          <g key={tick}>
            <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
            <Label x={LEFT - 8} y={y(tick) + 4} anchor="end">
              {number(tick, y.domain()[1]! >= 5 ? 0 : 1)}
            </Label>
          </g>
        ))}
        {x
          .ticks(8)
          .filter(Number.isInteger)
          .map((tick) => (
            <Label key={tick} x={x(tick)} y={HEIGHT - BOTTOM + 18} anchor="middle">
              {String(tick)}
            </Label>
          ))}
        <Label x={width - RIGHT} y={HEIGHT - 4} anchor="end">
          {inLanguage(xLabel, language)}
        </Label>
        {series.map((one, i) => (
          <Curve key={i} series={one} color={colorOf(series, i)} x={x} y={y} />
        ))}
      </svg>
      <ChartTable chart={chart} language={language} />
    </figure>
  );
}

/** The width that an element has: drawn to it, a chart has letters of one size on every screen. */
function useWidth(): [RefObject<SVGSVGElement | null>, number] {
  const place = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) =>
      setWidth(Math.max(2 * LEFT, Math.round(entry!.contentRect.width))),
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  return [place, width];
}

function Curve(props: { readonly series: Series; readonly color: number; readonly x: Scale; readonly y: Scale }) {
  const { series, color, x, y } = props;
  if (series.style === "hollow") {
    return (
      <>
        {series.points.map(([px, py]) => (
          <circle key={px} class={`hollow series-${color}`} cx={x(px)} cy={y(py)} r={4.5} />
        ))}
      </>
    );
  }
  const placed = series.points.map(([px, py]): [number, number] => [tenth(x(px)), tenth(y(py))]);
  const path = line()(placed) ?? "";
  return (
    <>
      <path class={`line series-${color}`} d={path} />
      {placed.length <= 12 &&
        placed.map(([cx, cy]) => <circle key={cx} class={`dot series-${color}`} cx={cx} cy={cy} r={3} />)}
    </>
  );
}

/** A tenth of a pixel is fine enough. */
function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function Label(props: {
  readonly x: number;
  readonly y: number;
  readonly anchor: "middle" | "end";
  readonly children: ComponentChildren;
}) {
  return (
    <text x={props.x} y={props.y} text-anchor={props.anchor}>
      {props.children}
    </text>
  );
}

/** The same numbers, thinned to what can be read. */
function ChartTable({ chart, language }: { readonly chart: ChartOutput; readonly language: Language }) {
  return (
    <details class="training-details">
      <summary>{words.asTable[language]}</summary>
      <div class="training-scroll" tabIndex={0} role="region" aria-label={inLanguage(chart.yLabel, language)}>
        <table>
          <thead>
            <tr>
              <th scope="col" />
              <th scope="col">{inLanguage(chart.xLabel, language)}</th>
              <th scope="col">{inLanguage(chart.yLabel, language)}</th>
            </tr>
          </thead>
          <tbody>
            {chart.series.flatMap((one, i) =>
              thinned(one.points).map(([px, py]) => (
                <tr key={`${i}-${px}`}>
                  <th scope="row">{inLanguage(one.label, language)}</th>
                  <td>{inLanguage(decimals(px, px % 1 === 0 ? 0 : 2), language)}</td>
                  <td>{inLanguage(decimals(py, 4), language)}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const MOST_ROWS = 24;

function thinned(points: Series["points"]): Series["points"] {
  const every = Math.ceil(points.length / MOST_ROWS);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/** A mark has the colour of the line that it belongs to. */
function colorOf(series: readonly Series[], index: number): number {
  const { style } = series[index]!;
  return series.slice(0, index).filter((other) => other.style === style).length % COLORS;
}
