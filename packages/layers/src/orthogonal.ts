import { ShapeError, shapeText, sizeOf } from "@camada/conv-math";
import { defaultRandom } from "@camada/tensor";
import type { Initializer } from "./initializer.ts";

/** Options of {@link Orthogonal}. */
export interface OrthogonalOptions {
  /** Length of every row (or column); 1.414. */
  readonly scale?: number | undefined;
  /** Distribution of the matrix that is made orthogonal; `uniform`. */
  readonly randType?: "uniform" | "normal" | undefined;
}

/**
 * A random matrix `[shape[0], Π shape[1…]]` with orthogonal rows, or orthogonal columns where it has more rows than
 * columns, times `scale`; by name `"orthogonal"`.
 *
 * It draws the numbers that MXNet draws and makes them orthogonal by Gram and Schmidt's procedure, which keeps the first
 * direction. MXNet takes a factor of the singular value decomposition: another orthogonal matrix with the same span.
 * @see MXNet 1.4.1, `mx.init.Orthogonal`; Saxe et al. 2013.
 */
export class Orthogonal implements Initializer {
  readonly scale: number;
  readonly randType: "uniform" | "normal";

  constructor({ scale = 1.414, randType = "uniform" }: OrthogonalOptions = {}) {
    this.scale = scale;
    this.randType = randType;
  }

  /** @throws {ShapeError} for a shape of rank below 2. */
  values(shape: readonly number[], parameter: string): Float32Array {
    const [rows, ...rest] = shape;
    if (rows === undefined || rest.length === 0) {
      throw new ShapeError("Orthogonal", `${parameter} of rank at least 2`, shapeText(shape));
    }
    const columns = sizeOf(rest);
    const size = rows * columns;
    const drawn =
      this.randType === "uniform" ? defaultRandom().uniform(size, -1, 1) : defaultRandom().normal(size, 0, 1);
    // Vector i of the shorter side, entry j of the longer one.
    const isWide = rows <= columns;
    const [count, length] = isWide ? [rows, columns] : [columns, rows];
    const position = (i: number, j: number): number => (isWide ? i * columns + j : j * columns + i);
    const vectors = Array.from({ length: count }, (_, i) =>
      Float64Array.from({ length }, (__, j) => drawn[position(i, j)]!),
    );
    orthonormalize(vectors);
    const values = new Float32Array(size);
    vectors.forEach((vector, i) => vector.forEach((entry, j) => (values[position(i, j)] = this.scale * entry)));
    return values;
  }
}

/** Gram and Schmidt's procedure in place; each vector twice, since one pass leaves the error of its cancellation. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of vectors.slice(0, i)) {
        const share = dot(vector, earlier);
        for (let j = 0; j < vector.length; j++) vector[j]! -= share * earlier[j]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let j = 0; j < vector.length; j++) vector[j]! /= norm;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
