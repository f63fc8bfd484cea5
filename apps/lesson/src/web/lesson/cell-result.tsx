import type { CellId } from "../../cell.ts";
import type { CellState } from "../cell-runs.ts";
import type { Output } from "../../output.ts";
import { CodedText } from "../coded-text.tsx";
import { FigureView } from "../outputs/figure-view.tsx";
import { OutputView } from "../outputs/output-view.tsx";
import { VerdictView } from "../outputs/verdict-view.tsx";
import { say } from "../state.ts";
import { words } from "../words.ts";

/** What a cell showed, and its verdict. */
export function CellResult({ id, state }: { readonly id: CellId; readonly state: CellState }) {
  const { status, outputs, notices, progress, verdict, reason } = state;
  // The drawing of what a stepper shows says nothing new: it is there for those who want to keep it.
  const isStepped = outputs.some(({ kind }) => kind === "trace");
  return (
    <section class={`result is-${status}`} aria-label={`${say(words.here)}, ${id}`} aria-busy={status === "running"}>
      {notices.map((text, i) => (
        <p key={i} class="notice">
          <CodedText text={say(text)} />
        </p>
      ))}
      {groups(outputs).map((group) =>
        group[0]!.kind === "figure" && isStepped ? (
          <details key={keyOf(group[0]!)} class="as-drawing">
            <summary>{say(words.asDrawing)}</summary>
            <FigureView figure={group[0]!} />
          </details>
        ) : group.length === 1 ? (
          <OutputView key={keyOf(group[0]!)} output={group[0]!} />
        ) : (
          <div key={keyOf(group[0]!)} class="traces">
            {group.map((output) => (
              <OutputView key={keyOf(output)} output={output} />
            ))}
          </div>
        ),
      )}
      {status === "running" && (
        <p class="running" role="status">
          {progress === undefined ? say(words.running) : `${say(progress.what)} ${progress.done}/${progress.total}`}
        </p>
      )}
      {status === "failed" && (
        <p class="notice is-different" role="alert">
          {say(words.failed)}: {reason === undefined ? "" : say(reason)}
        </p>
      )}
      {verdict !== undefined && <VerdictView verdict={verdict} />}
    </section>
  );
}

/** Steppers that follow each other stand side by side. */
function groups(outputs: readonly Output[]): Output[][] {
  const found: Output[][] = [];
  for (const output of outputs) {
    const last = found.at(-1);
    if (output.kind === "trace" && last?.[0]!.kind === "trace") last.push(output);
    else found.push([output]);
  }
  return found;
}

function keyOf({ kind, name }: Output): string {
  return `${kind} ${name}`;
}
