import type { Output } from "../../output.ts";
import { shapeText } from "../../shape-text.ts";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";
import { CellStepper } from "../stepper/cell-stepper.tsx";
import { words } from "../words.ts";
import { BarsView } from "./bars-view.tsx";
import { ChartView } from "./chart-view.tsx";
import { FigureView } from "./figure-view.tsx";
import { PicturesView } from "./pictures-view.tsx";
import { RecordedView } from "./recorded-view.tsx";
import { TableView } from "./table-view.tsx";

/** An output of a cell: what we got, and beside it what the notebook printed. */
export function OutputView({ output }: { readonly output: Output }) {
  const { recorded, caption } = output;
  const title = caption === undefined ? (recorded === undefined ? undefined : say(words.here)) : say(caption);
  const live = (
    <figure class={`output output-${output.kind}`} data-output={output.name}>
      {title !== undefined && <figcaption>{title}</figcaption>}
      <Live output={output} label={title ?? output.name} />
    </figure>
  );
  if (recorded === undefined) return live;
  return (
    <div class={output.kind === "trace" ? "stacked" : "beside"}>
      {live}
      <RecordedView recorded={recorded} />
    </div>
  );
}

function Live({ output, label }: { readonly output: Output; readonly label: string }) {
  switch (output.kind) {
    case "text":
      return say(output.text).includes("\n") ? (
        <Printed text={say(output.text)} label={label} />
      ) : (
        <p class="line">{say(output.text)}</p>
      );
    case "array":
      return <Printed text={output.printed} label={label} />;
    case "shapes":
      return (
        <ul class="shapes">
          {output.rows.map(({ call, input, output: result }, i) => (
            <li key={i}>
              <span class="call">{call}</span> <span>{shapeText(input)}</span> → <strong>{shapeText(result)}</strong>
            </li>
          ))}
        </ul>
      );
    case "table":
      return <TableView table={output} label={label} />;
    case "trace":
      return <CellStepper trace={output} />;
    case "figure":
      return <FigureView figure={output} />;
    case "chart":
      return <ChartView chart={output} />;
    case "pictures":
      return <PicturesView pictures={output} />;
    case "bars":
      return <BarsView bars={output} />;
  }
}

function Printed({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <Scrollable label={label}>
      <pre>{text}</pre>
    </Scrollable>
  );
}
