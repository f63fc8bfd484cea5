/** Axes of one kind, row-major: how many places each has, and elements from one place to the next. */
export interface StridedAxes {
  readonly extents: readonly number[];
  readonly strides: readonly number[];
}

/**
 * The fewest axes that describe a reduction of a row-major tensor: axes of one place are left out, and neighbours of one
 * kind are one.
 * @param reduced numbers of the axes that go.
 */
export function reductionAxes(
  shape: readonly number[],
  reduced: readonly number[],
): { readonly kept: StridedAxes; readonly reduced: StridedAxes } {
  const runs: { isReduced: boolean; extent: number; stride: number }[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis]!;
    const isReduced = reduced.includes(axis);
    const last = runs.at(-1);
    // Neighbours are contiguous: the outer one goes on where the inner one ends.
    if (extent !== 1 && last?.isReduced === isReduced) last.extent *= extent;
    else if (extent !== 1) runs.push({ isReduced, extent, stride });
    stride *= extent;
  }
  const of = (isReduced: boolean): StridedAxes => {
    const ours = runs.filter((run) => run.isReduced === isReduced).toReversed();
    return { extents: ours.map(({ extent }) => extent), strides: ours.map((run) => run.stride) };
  };
  return { kept: of(false), reduced: of(true) };
}
