/** Axes of an element-wise function with broadcasting, as `Axes` in `kernels/binary.cuh` takes them. */
export interface BroadcastAxes {
  readonly extents: readonly number[];
  /** Of each operand, elements from one place of an axis to the next: 0 to repeat. */
  readonly strides: readonly (readonly number[])[];
}

/**
 * The fewest axes that describe how operands are spread over a result: axes of one place are left out, and neighbours
 * that every operand goes through alike are one.
 * @param shapes of the operands, which broadcast to `shape`.
 */
export function broadcastAxes(shape: readonly number[], shapes: readonly (readonly number[])[]): BroadcastAxes {
  const rank = shape.length;
  const padded = shapes.map((operand) => [...Array.from({ length: rank - operand.length }, () => 1), ...operand]);
  const extents: number[] = [];
  const strides: number[][] = shapes.map(() => []);
  const next = shapes.map(() => 1);
  // From the last axis to the first, so that the strides are known.
  for (let axis = rank - 1; axis >= 0; axis--) {
    const extent = shape[axis]!;
    if (extent === 1) continue;
    const steps = padded.map((operand, i) => (operand[axis] === 1 ? 0 : next[i]!));
    padded.forEach((operand, i) => (next[i]! *= operand[axis]!));
    const inner = extents[0];
    const isContinuous = inner !== undefined && steps.every((step, i) => step === strides[i]![0]! * inner);
    if (isContinuous) {
      extents[0] = inner * extent;
    } else {
      extents.unshift(extent);
      steps.forEach((step, i) => strides[i]!.unshift(step));
    }
  }
  return { extents, strides };
}
