import { broadcast_util, type BatchMatMulAttrs, type TensorInfo } from "@tensorflow/tfjs-core";

/** Sizes of a batched product of `[m, k]` and `[k, n]`. */
export interface MatrixShapes {
  readonly batch: number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Columns of the factors as they lie in memory. */
  readonly aColumns: number;
  readonly bColumns: number;
}

/**
 * Reads the sizes off the factors, each transposed where the attributes say so.
 * @throws {Error} when they are no matrices or do not fit: tf.matMul leaves both to the kernel.
 */
export function matrixShapes(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: Pick<BatchMatMulAttrs, "transposeA" | "transposeB">,
): MatrixShapes {
  const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
  const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (a.shape.length < 2 || b.shape.length < 2) throw new Error("matMul: expected matrices, got a vector or a scalar");
  if (inner !== k) throw new Error(`matMul: expected inner sizes that match, got ${k} and ${inner}`);
  const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { batch, m, n, k, aColumns, bColumns };
}

/** An axis of a batch: how many members, and elements of the factors from one to the next. */
export interface BatchAxis {
  readonly extent: number;
  readonly a: number;
  readonly b: number;
}

/** The axes of a broadcast batch, as few as possible: neighbours that both factors go through alike are one. */
export function batchAxes(a: TensorInfo, b: TensorInfo, batch: readonly number[]): BatchAxis[] {
  const [aStrides, bStrides] = [a, b].map(({ shape }) => memberStrides(shape, batch.length));
  const axes: BatchAxis[] = [];
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    const own = { extent: batch[axis]!, a: aStrides![axis]!, b: bStrides![axis]! };
    if (own.extent === 1) continue;
    const [inner] = axes;
    if (inner !== undefined && own.a === inner.a * inner.extent && own.b === inner.b * inner.extent) {
      axes[0] = { ...inner, extent: inner.extent * own.extent };
    } else {
      axes.unshift(own);
    }
  }
  return axes;
}

/** Elements from one place to the next of every axis of the batch, 0 where the factor repeats. */
function memberStrides(shape: readonly number[], rank: number): number[] {
  let size = shape.slice(-2).reduce((product, extent) => product * extent, 1);
  const strides: number[] = [];
  for (const extent of shape.slice(0, -2).toReversed()) {
    strides.unshift(extent === 1 ? 0 : size);
    size *= extent;
  }
  return [...Array.from({ length: rank - strides.length }, () => 0), ...strides];
}
