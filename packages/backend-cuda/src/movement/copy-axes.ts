/** One axis of a copy: how many places, and elements from one to the next on either side. */
export interface CopyAxis {
  readonly extent: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The fewest axes that describe a copy, in the order given: axes of one place are left out, and neighbours that both
 * sides go through alike are one.
 */
export function fewestAxes(axes: readonly CopyAxis[]): CopyAxis[] {
  const fewest: CopyAxis[] = [];
  for (const axis of axes) {
    if (axis.extent === 1) continue;
    const last = fewest.at(-1);
    const isContinued =
      last !== undefined && last.from === axis.from * axis.extent && last.to === axis.to * axis.extent;
    if (isContinued) fewest.splice(-1, 1, { ...axis, extent: last.extent * axis.extent });
    else fewest.push(axis);
  }
  return fewest;
}

/**
 * The same axes with two of them last: that which is contiguous where elements come from, then that which is contiguous
 * where they go to. Undefined where these are one, or not there: then there is nothing to gain from tiles.
 */
export function tiledAxes(axes: readonly CopyAxis[]): CopyAxis[] | undefined {
  const source = axes.find(({ from }) => from === 1);
  const target = axes.find(({ to }) => to === 1);
  if (source === undefined || target === undefined || source === target) return undefined;
  return [...axes.filter((axis) => axis !== source && axis !== target), source, target];
}
