import type { NativeBackend } from "./native-backend.ts";
import type { Address } from "./library.ts";

/** A factor's element `(i, j)` of batch member `b` is float32 number `i * row + j * column + b * member` from its address. */
export interface Factor {
  readonly address: Address;
  readonly row: number;
  readonly column: number;
  /** Distance of the batch's members; 0 where one serves all. */
  readonly member: number;
}

/** Sizes of a product of `[m, k]` and `[k, n]`, and what it is finished with. */
export interface Product {
  readonly batch?: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** One number for each column, 0 for none. */
  readonly bias?: Address;
  /** Code of an activation. */
  readonly activation?: number;
}

/** A row-major matrix of so many columns. */
export function plain(address: Address, columns: number, member = 0): Factor {
  return { address, row: columns, column: 1, member };
}

/** The transpose of a row-major matrix of so many columns. */
export function turned(address: Address, columns: number, member = 0): Factor {
  return { address, row: 1, column: columns, member };
}

/** `c = activation(a b + bias)`, `c` being `[batch, m, n]` row-major. */
export function matrixProduct(backend: NativeBackend, a: Factor, b: Factor, c: Address, product: Product): void {
  const { batch = 1, m, n, k, bias = 0, activation = 0 } = product;
  const strides = [a.row, a.column, a.member, b.row, b.column, b.member, n, 1, m * n];
  const fields = [batch, m, n, k, ...strides, activation, backend.arithmetic];
  backend.library.run("camada_matrix_product", fields, a.address, b.address, bias, c);
}
