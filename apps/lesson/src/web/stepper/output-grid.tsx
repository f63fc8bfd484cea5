import { useLayoutEffect, useRef } from "preact/hooks";
import type { TraceOutput } from "../../output.ts";
import { say } from "../state.ts";
import { type GridPosition, moved } from "./move.ts";
import { shortNumber } from "./step-text.ts";
import { stepperWords } from "./stepper-words.ts";

interface OutputGridProps {
  readonly trace: TraceOutput;
  readonly channel: number;
  readonly position: GridPosition;
  readonly onMove: (position: GridPosition) => void;
  readonly onPlay: () => void;
}

/** The output, every number from the library: one stop of the Tab key, moved in with arrows, Home and End. */
export function OutputGrid({ trace: { output }, channel, position, onMove, onPlay }: OutputGridProps) {
  const [, , rows, columns] = output.shape as [number, number, number, number];
  const table = useRef<HTMLTableElement>(null);
  const [row, column] = position;
  // At once: keys that follow must find the cell focused.
  useLayoutEffect(() => {
    if (table.current!.contains(document.activeElement))
      table.current!.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }, [row, column]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const next = moved(event.key, event.ctrlKey, position, { rows, columns });
    if (next !== undefined) onMove(next);
    else if (event.key === " ") onPlay();
    else return;
    event.preventDefault();
  };
  return (
    <table class="grid" role="grid" ref={table} onKeyDown={onKeyDown} aria-label={say(stepperWords.output)}>
      <caption>{say(stepperWords.output)}</caption>
      <tbody>
        {Array.from({ length: rows }, (_, i) => (
          <tr key={i} role="row">
            {Array.from({ length: columns }, (__, j) => {
              const isHere = i === row && j === column;
              const value = output.data[(channel * rows + i) * columns + j]!;
              return (
                <td
                  key={j}
                  role="gridcell"
                  class={isHere ? "is-output is-active" : "is-output"}
                  tabIndex={isHere ? 0 : -1}
                  aria-selected={isHere}
                  title={String(value)}
                  onClick={() => onMove([i, j])}
                >
                  {shortNumber(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
