import { useEffect, useState } from "preact/hooks";
import type { TraceOutput } from "../../output.ts";
import { inTurn, loadEngine } from "../computing.ts";
import { say } from "../state.ts";
import { type EditedArray, Stepper } from "./stepper.tsx";
import { stepperWords } from "./stepper-words.ts";

/** The stepper of a cell: the reader's own numbers are computed by the library like the lesson's. */
export function CellStepper({ trace }: { readonly trace: TraceOutput }) {
  const [edited, setEdited] = useState<TraceOutput>();
  useEffect(() => setEdited(undefined), [trace]);
  const current = edited ?? trace;
  const edit = async (array: EditedArray, index: number, value: number): Promise<void> => {
    const changed = { ...current[array], data: Array.from(current[array].data).with(index, value) };
    setEdited(await recomputed({ ...current, [array]: changed }));
  };
  return (
    <Stepper trace={current} onEdit={(array, index, value) => void edit(array, index, value)}>
      {edited !== undefined && (
        <>
          <button type="button" onClick={() => setEdited(undefined)}>
            {say(stepperWords.restore)}
          </button>
          <p class="hint" role="status">
            {say(stepperWords.changed)}
          </p>
        </>
      )}
    </Stepper>
  );
}

/** The same convolution with other numbers, from the backend. */
async function recomputed({ name, caption, x, weight, options, steps }: TraceOutput): Promise<TraceOutput> {
  const title = typeof caption === "object" ? caption : { "pt-BR": caption ?? "", en: caption ?? "" };
  const { stepper } = await loadEngine();
  return inTurn(() => stepper(name, title, x, weight, options, steps));
}
