/** The width of a picture, relative to its place, at which it is no higher than its place is wide. */
export function fittingWidth(height: number, width: number): string {
  return `${100 * Math.min(1, width / height)}%`;
}
