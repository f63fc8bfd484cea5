import type { TrainingModel } from "./training-model.ts";

/** The run so far as a JSON file: setting, epochs, and the loss of every step. */
export function historyFile({ plan, history, losses, backend }: TrainingModel): {
  readonly name: string;
  readonly text: string;
} {
  const setting = plan.value?.setting;
  const content = {
    setting,
    backend: backend.value?.description,
    epochs: history.value,
    steps: losses.value.all,
  };
  return { name: `camada-${setting?.dataset ?? "run"}-history.json`, text: JSON.stringify(content, undefined, 1) };
}
