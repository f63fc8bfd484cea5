import type { CellEvent } from "../cell.ts";
import type { Screen } from "./screen.ts";

/** Shows one record of a training run. */
export function renderTraining(event: CellEvent & { type: "training" }, screen: Screen): void {
  if (event.record.type === "epoch") screen.print([`epoch ${event.record.epoch}`]);
}
