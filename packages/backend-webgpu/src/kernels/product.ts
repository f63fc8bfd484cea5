import type { Activation } from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { activationCode } from "../activation-code.ts";
import type { GpuBackend } from "../gpu-backend.ts";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { ADD_PARTS, ADD_PRODUCTS, forEach, NO_PARTS, NO_SUMS, SHARE_SUMS, SHARED_SUMS, SHARERS, TILE } from "./tile.ts";

/** A matrix in a tensor: how far apart elements of one column and of one row are. */
export interface Matrix {
  readonly tensor: TensorInfo;
  readonly down: number;
  readonly along: number;
}

/** `activation(a b + bias)`. */
export interface ProductCall {
  /** `[rows, terms]` */
  readonly a: Matrix;
  /** `[terms, columns]` */
  readonly b: Matrix;
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
  /** One for each column. */
  readonly bias?: TensorInfo | undefined;
  readonly activation?: Activation;
}

/** Fewer tiles than this leave a GPU idle, unless the invocations of a group share each. */
const FEW_TILES = 4096;
/** With fewer terms there is too little to share. */
const ENOUGH_TERMS = 256;
/** Terms that are added up before they are added to the rest. */
const PART_TERMS = 64;

const FIELDS = {
  rows: "i32",
  columns: "i32",
  terms: "i32",
  aDown: "i32",
  aAlong: "i32",
  bDown: "i32",
  bAlong: "i32",
} as const;

const programs = new Map<string, KernelProgram>();

/** A matrix product, `[rows, columns]`. Rows and columns beyond the edge are read as the last one, and not written. */
export function product(backend: GpuBackend, call: ProductCall): TensorInfo {
  const { a, b, rows, columns, terms, bias, activation = "linear" } = call;
  const c = backend.output([rows, columns]);
  const tiles = Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  const isShared = tiles < FEW_TILES && terms >= ENOUGH_TERMS;
  backend.launch({
    program: programOf(bias !== undefined, activation, isShared),
    tensors: [a.tensor, b.tensor, ...(bias === undefined ? [] : [bias]), c],
    numbers: { rows, columns, terms, aDown: a.down, aAlong: a.along, bDown: b.down, bAlong: b.along },
    count: tiles,
  });
  return c;
}

function programOf(hasBias: boolean, activation: Activation, isShared: boolean): KernelProgram {
  const name = `Product ${activation}${hasBias ? " bias" : ""}${isShared ? " shared" : ""}`;
  const known = programs.get(name);
  if (known !== undefined) return known;
  const program: KernelProgram = {
    name,
    buffers: [read("left"), read("right"), ...(hasBias ? [read("bias")] : []), write("result")],
    numbers: FIELDS,
    groupSize: SHARERS,
    together: isShared,
    code: `
${activationCode(activation)}
${isShared ? SHARED_SUMS : ""}
fn put(row: i32, column: i32, value: f32) {
  if (row >= n.rows || column >= n.columns) { return; }
  result[row * n.columns + column] = activate(value${hasBias ? " + bias[column]" : ""});
}
fn run(tile: i32${isShared ? ", local: i32" : ""}) {
  let tilesAlong = (n.columns + ${TILE - 1}) / ${TILE};
  let row0 = tile / tilesAlong * ${TILE};
  let column0 = tile % tilesAlong * ${TILE};
  ${forEach("let rowAt$ = min(row0 + $, n.rows - 1) * n.aDown;")}
  ${forEach("let columnAt$ = min(column0 + $, n.columns - 1) * n.bAlong;")}
  ${NO_SUMS}
  const step = ${isShared ? SHARERS : 1};
  var k = ${isShared ? "local" : "0"};
  while (k < n.terms) {
    let end = min(k + ${PART_TERMS} * step, n.terms);
    ${NO_PARTS}
    for (; k < end; k += step) {
      ${forEach("let a$ = left[rowAt$ + k * n.aAlong];")}
      let at = k * n.bDown;
      let b = vec4<f32>(right[columnAt0 + at], right[columnAt1 + at], right[columnAt2 + at], right[columnAt3 + at]);
      ${ADD_PRODUCTS}
    }
    ${ADD_PARTS}
  }
  ${
    isShared
      ? `${SHARE_SUMS}\nput(row0 + row, column0 + column, total);`
      : forEach("for (var j = 0; j < 4; j++) { put(row0 + $, column0 + j, sums$[j]); }")
  }
}`,
  };
  programs.set(name, program);
  return program;
}
