import { traceConvolution } from "@camada/conv-math";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { TraceOutput } from "../../output.ts";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";
import { Equation } from "./equation.tsx";
import { inputSquares, kernelSquares } from "./input-squares.ts";
import { checkWithLoop } from "./loop-check.ts";
import { following, type GridPosition, type GridSize } from "./move.ts";
import { OutputGrid } from "./output-grid.tsx";
import { announcement } from "./step-text.ts";
import { loopText, stepperWords } from "./stepper-words.ts";
import { ValueGrid } from "./value-grid.tsx";

/** Which of the two arrays an edit changes. */
export type EditedArray = "x" | "weight";

interface StepperProps {
  readonly trace: TraceOutput;
  readonly onEdit: (array: EditedArray, index: number, value: number) => void;
  readonly children?: ComponentChildren;
}

const STEP_MS = 1100;
/** Wider pictures get small squares: input, kernel and output are to be seen together. */
const MOST_LARGE_COLUMNS = 11;

/** A convolution, one output at a time: window, products, sum. It always starts paused. */
export function Stepper({ trace, onEdit, children }: StepperProps) {
  const [wanted, setPosition] = useState<GridPosition>([trace.steps[0]![0]!, trace.steps[0]![1]!]);
  const [wantedChannel, setChannel] = useState(0);
  const [isPlaying, setIsPlaying] = useState(false);
  const [isEditing, setIsEditing] = useState(false);
  const steps = useMemo(() => traceConvolution(trace.x, trace.weight, trace.options), [trace]);
  const check = useMemo(() => checkWithLoop(trace), [trace]);
  const [, channels, rows, columns] = trace.output.shape as [number, number, number, number];
  const size: GridSize = { rows, columns };
  const position: GridPosition = [Math.min(wanted[0], rows - 1), Math.min(wanted[1], columns - 1)];
  const channel = Math.min(wantedChannel, channels - 1);
  const cell = steps.cell(position, channel);
  const output = trace.output.data[(channel * rows + position[0]) * columns + position[1]]!;
  const move = (next: GridPosition): void => {
    setIsPlaying(false);
    setPosition(next);
  };
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setTimeout(() => setPosition(following(position, size)), STEP_MS);
    return () => clearTimeout(timer);
  });
  const play = (): void => setIsPlaying(!isPlaying);
  const inputChannels = Array.from({ length: trace.x.shape[1]! }, (_, i) => i);
  const numbered = (name: string, i: number): string =>
    inputChannels.length === 1 ? name : `${name}, ${say(stepperWords.channel)} ${i}`;
  const isDense = steps.paddedSize[1]! > MOST_LARGE_COLUMNS;
  const className = `stepper${isDense ? " is-dense" : ""}${inputChannels.length > 1 ? " has-channels" : ""}`;
  return (
    <div class={className}>
      <Scrollable label={`${say(stepperWords.input)}, ${say(stepperWords.kernel)}, ${say(stepperWords.output)}`}>
        <div class="stepper-grids">
          <div class="stepper-pairs">
            {inputChannels.map((i) => (
              <div key={i} class="stepper-pair">
                <ValueGrid
                  caption={numbered(say(stepperWords.input), i)}
                  rows={inputSquares(trace, steps, cell, i)}
                  isEditing={isEditing}
                  onEdit={(index, value) => onEdit("x", index, value)}
                />
                <span class="operator" aria-hidden="true">
                  ⋆
                </span>
                <ValueGrid
                  caption={numbered(say(stepperWords.kernel), i)}
                  rows={kernelSquares(trace, channel, i)}
                  isEditing={isEditing}
                  onEdit={(index, value) => onEdit("weight", index, value)}
                />
              </div>
            ))}
          </div>
          <span class="operator" aria-hidden="true">
            =
          </span>
          <OutputGrid trace={trace} channel={channel} position={position} onMove={move} onPlay={play} />
        </div>
      </Scrollable>
      <Equation cell={cell} output={output} />
      <p class="visually-hidden" aria-live="polite" data-announcement>
        {say(announcement(cell, output))}
      </p>
      <div class="stepper-controls">
        <button
          type="button"
          class="square"
          aria-label={say(stepperWords.previous)}
          onClick={() => move(following(position, size, -1))}
        >
          ◀
        </button>
        <button type="button" aria-pressed={isPlaying} onClick={play}>
          {say(isPlaying ? stepperWords.pause : stepperWords.play)}
        </button>
        <button
          type="button"
          class="square"
          aria-label={say(stepperWords.next)}
          onClick={() => move(following(position, size))}
        >
          ▶
        </button>
        {channels > 1 && (
          <label class="field field-row">
            <span>{say(stepperWords.outputChannel)}</span>
            <select value={channel} onChange={({ currentTarget }) => setChannel(Number(currentTarget.value))}>
              {Array.from({ length: channels }, (_, i) => (
                <option key={i} value={i}>
                  {i}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="button" aria-pressed={isEditing} onClick={() => setIsEditing(!isEditing)}>
          {say(isEditing ? stepperWords.editing : stepperWords.edit)}
        </button>
        {children}
      </div>
      <p class={check.agreeing === check.compared ? "loop-check" : "loop-check is-different"}>
        {say(loopText(check.agreeing, check.compared, check.worst))}
      </p>
      <p class="hint">{say(stepperWords.keys)}</p>
    </div>
  );
}
