/** A shape as the notebook prints it: `(8, 8)`; one axis as `(84,)`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}
