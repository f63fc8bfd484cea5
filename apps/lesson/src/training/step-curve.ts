import type { StepRecord } from "@camada/training";

/** Most points that a curve is drawn with. */
const MOST_POINTS = 240;

/** The losses of a run's batches, over epochs. */
export class StepCurve {
  readonly #points: (readonly [epoch: number, loss: number])[] = [];

  /** Adds a step: its batch's loss, before the update. */
  add({ epoch, step, steps, batch }: StepRecord): void {
    this.addLoss({ epoch, step, steps, loss: batch.loss });
  }

  /** Adds a step of which only the loss is known. */
  addLoss({
    epoch,
    step,
    steps,
    loss,
  }: Pick<StepRecord, "epoch" | "step" | "steps"> & { readonly loss: number }): void {
    this.#points.push([epoch - 1 + step / steps, loss]);
  }

  /** Means over as many neighbouring steps as it takes to leave few enough points. */
  points(): (readonly [epoch: number, loss: number])[] {
    const size = Math.ceil(this.#points.length / MOST_POINTS);
    const means: (readonly [number, number])[] = [];
    for (let start = 0; start < this.#points.length; start += size) {
      const group = this.#points.slice(start, start + size);
      const loss = group.reduce((sum, point) => sum + point[1], 0) / group.length;
      means.push([group.at(-1)![0], loss]);
    }
    return means;
  }
}
