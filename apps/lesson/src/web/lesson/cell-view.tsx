import { useEffect, useRef } from "preact/hooks";
import type { CellText } from "../cell-text.ts";
import { cellState, runCell, trainingCells } from "../cell-runs.ts";
import { computing } from "../computing.ts";
import { ParameterControls } from "../parameter-controls.tsx";
import { changeLink, cellValues, link, resetCell, say, setCellValue } from "../state.ts";
import { words } from "../words.ts";
import { CellResult } from "./cell-result.tsx";
import { CodeView } from "./code-view.tsx";
import { ProseView } from "./prose-view.tsx";
import { RecordedView } from "../outputs/recorded-view.tsx";

/** One cell of the lesson. A text cell computes as soon as it comes into sight, a code cell when it is asked to. */
export function CellView({ cell }: { readonly cell: CellText }) {
  const { id, kind, title, prose, code } = cell;
  const place = useRef<HTMLElement>(null);
  const isTraining = trainingCells.includes(id);
  useEffect(() => (kind === "text" ? whenNear(place.current!, () => runWhenReady(cell)) : undefined), []);
  return (
    <article ref={place} id={id} class={`cell cell-${kind}`} aria-labelledby={`${id}-title`}>
      <header class="cell-head">
        <span class="cell-id" aria-hidden="true">
          {id}
        </span>
        <h2 id={`${id}-title`} tabIndex={-1}>
          <span class="visually-hidden">{id}: </span>
          {say(title)}
        </h2>
      </header>
      <ProseView prose={prose} />
      {code !== undefined && <CodeView code={code} />}
      {isTraining ? <TrainingCell cell={cell} /> : <LiveCell cell={cell} />}
    </article>
  );
}

function LiveCell({ cell }: { readonly cell: CellText }) {
  const { id, kind, parameters, recorded } = cell;
  const state = cellState(id).value;
  const isChanged = link.value.cells[id] !== undefined && Object.keys(link.value.cells[id]).length > 0;
  const isReady = computing.value.status === "ready";
  return (
    <>
      <ParameterControls
        name={id}
        parameters={parameters}
        values={cellValues(id)}
        onChange={(name, value) => setCellValue(id, name, value)}
      >
        {isChanged && (
          <button type="button" onClick={() => resetCell(id)}>
            {say(words.reset)}
          </button>
        )}
      </ParameterControls>
      {kind === "code" && (
        <div class="run-row">
          <button type="button" class="primary run" disabled={!isReady} onClick={() => void runCell(id)}>
            <span aria-hidden="true">▶</span> {say(state.status === "idle" ? words.run : words.runAgain)}
            <span class="visually-hidden"> {id}</span>
          </button>
        </div>
      )}
      {state.status === "idle" && kind === "code" ? (
        recorded.map((one, i) => <RecordedView key={i} recorded={one} />)
      ) : (
        <CellResult id={id} state={state} />
      )}
    </>
  );
}

function TrainingCell({ cell: { recorded } }: { readonly cell: CellText }) {
  return (
    <>
      <p class="notice">
        {say(words.trainsElsewhere)}{" "}
        <a
          href="#v=1&screen=training"
          onClick={(event) => {
            event.preventDefault();
            changeLink({ screen: "training" });
          }}
        >
          {say(words.toTraining)}
        </a>
      </p>
      {recorded.map((one, i) => (
        <RecordedView key={i} recorded={one} />
      ))}
    </>
  );
}

function runWhenReady({ id }: CellText): void {
  if (cellState(id).peek().status === "idle") void runCell(id);
}

/** Calls once an element comes near the visible part of the page. */
function whenNear(element: HTMLElement, act: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: "300px" },
  );
  observer.observe(element);
  return () => observer.disconnect();
}
