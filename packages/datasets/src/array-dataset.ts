import type { Draw } from "./dataset.ts";
import { checkedIndex, Dataset } from "./dataset.ts";
import { DataOptionError } from "./errors.ts";

/** Any array of numbers that ArrayDataset can hold. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/** Numbers with a shape; the first axis counts the samples of a column. */
export interface NumericArray {
  readonly data: NumberArray;
  readonly shape: readonly number[];
}

/** One field of every sample: numbers, or arrays stacked along their first axis. */
export type Column = NumberArray | NumericArray;

/** One field of one sample. */
export type Field<C extends Column> = C extends NumberArray ? number : NumericArray;

/** One sample: its fields, or its only field by itself. */
export type Fields<C extends readonly Column[]> = C extends readonly [infer Only extends Column]
  ? Field<Only>
  : { readonly [K in keyof C]: Field<C[K]> };

/** A batch of columns; its buffers are fresh. */
export interface ArrayBatch {
  /** One array per column, [n, …]. */
  readonly arrays: readonly NumericArray[];
  /** Which samples of the dataset these are, [n]. */
  readonly indices: Int32Array;
}

/**
 * Columns of equal length as a dataset: sample i holds row i of each. With one column, samples are bare items.
 *
 * @see Gluon 1.9, mxnet.gluon.data.ArrayDataset
 */
export class ArrayDataset<const C extends readonly Column[]> extends Dataset<Fields<C>, ArrayBatch> {
  override readonly length: number;
  readonly #columns: readonly NumericArray[];
  readonly #isScalar: readonly boolean[];

  /**
   * @param columns typed arrays (a number per sample), or arrays with a shape [length, …]; not copied.
   * @throws DataOptionError when there is no column, lengths differ, or a shape does not fit its numbers.
   */
  constructor(...columns: C) {
    super();
    this.#isScalar = columns.map((column) => !("shape" in column));
    this.#columns = columns.map((column) => ("shape" in column ? column : { data: column, shape: [column.length] }));
    const [first] = this.#columns;
    if (first === undefined) throw new DataOptionError("ArrayDataset", "at least one array", "none");
    this.length = first.shape[0] ?? 0;
    for (const { data, shape } of this.#columns) {
      if (shape[0] !== this.length) {
        const lengths = this.#columns.map((column) => column.shape[0]);
        throw new DataOptionError("ArrayDataset", "arrays of equal length", lengths.join(", "));
      }
      const size = shape.reduce((product, axis) => product * axis, 1);
      if (size !== data.length) {
        throw new DataOptionError("ArrayDataset", `${size} numbers for shape [${shape.join(", ")}]`, `${data.length}`);
      }
    }
  }

  override get(index: number): Fields<C> {
    checkedIndex(index, this.length);
    const fields = this.#columns.map((column, i) => {
      const size = rowSize(column);
      if (this.#isScalar[i]) return column.data[index] ?? 0;
      return { data: column.data.subarray(index * size, (index + 1) * size), shape: column.shape.slice(1) };
    });
    return (fields.length === 1 ? fields[0] : fields) as Fields<C>;
  }

  override batch(indices: Int32Array, _draw?: Draw): ArrayBatch {
    const arrays = this.#columns.map((column) => gathered(column, indices));
    return { arrays, indices };
  }

  override take(count: number): ArrayDataset<C> {
    return super.take(count) as ArrayDataset<C>;
  }

  override shard(numShards: number, index: number): ArrayDataset<C> {
    return super.shard(numShards, index) as ArrayDataset<C>;
  }

  override filter(predicate: (sample: Fields<C>, index: number) => boolean): ArrayDataset<C> {
    return super.filter(predicate) as ArrayDataset<C>;
  }

  override subset(rows: Int32Array): ArrayDataset<C> {
    const columns = this.#columns.map((column, i) => {
      const taken = gathered(column, rows);
      return this.#isScalar[i] ? taken.data : taken;
    });
    return new ArrayDataset(...(columns as unknown as C));
  }
}

function rowSize({ shape }: NumericArray): number {
  return shape.slice(1).reduce((product, axis) => product * axis, 1);
}

function gathered(column: NumericArray, rows: Int32Array): NumericArray {
  const size = rowSize(column);
  const count = column.shape[0] ?? 0;
  const data = new (column.data.constructor as new (length: number) => NumberArray)(rows.length * size);
  rows.forEach((row, i) => {
    checkedIndex(row, count);
    data.set(column.data.subarray(row * size, (row + 1) * size), i * size);
  });
  return { data, shape: [rows.length, ...column.shape.slice(1)] };
}
