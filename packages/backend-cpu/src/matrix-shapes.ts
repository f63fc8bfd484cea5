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

/** For every matrix of a broadcast batch, which of the factor's own matrices it is. */
export function matrixPlaces({ shape }: TensorInfo, batch: readonly number[]): number[] {
  const own = shape.slice(0, -2);
  let result = [0];
  const offset = batch.length - own.length;
  batch.forEach((extent, axis) => {
    const size = own[axis - offset] ?? 1;
    result = result.flatMap((place) => Array.from({ length: extent }, (_, i) => place * size + (size === 1 ? 0 : i)));
  });
  return result;
}
