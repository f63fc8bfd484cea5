import { useEffect, useState } from "preact/hooks";
import type { ChartOutput, FigureOutput } from "../../output.ts";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";
import { words } from "../words.ts";
import { FigureView } from "./figure-view.tsx";

/** Curves, and their numbers as a table. The code that draws is loaded with the first of them. */
export function ChartView({ chart }: { readonly chart: ChartOutput }) {
  const [figure, setFigure] = useState<FigureOutput>();
  useEffect(() => {
    let isCurrent = true;
    void import("../../figures/chart.ts").then(({ chartFigure }) => isCurrent && setFigure(chartFigure(chart)));
    return () => void (isCurrent = false);
  }, [chart]);
  return (
    <>
      {figure !== undefined && <FigureView figure={figure} />}
      <details>
        <summary>{say(words.asTable)}</summary>
        <ChartTable chart={chart} />
      </details>
    </>
  );
}

function ChartTable({ chart: { series, xLabel } }: { readonly chart: ChartOutput }) {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  return (
    <Scrollable label={say(words.asTable)}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{say(xLabel)}</th>
            {series.map(({ label }, i) => (
              <th key={i} scope="col" class="right">
                {say(label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {xs.map((x) => (
            <tr key={x}>
              <th scope="row">{x}</th>
              {series.map(({ points }, i) => (
                <td key={i} class="right">
                  {points.find(([at]) => at === x)?.[1].toPrecision(4) ?? ""}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}
