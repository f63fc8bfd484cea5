/**
 * Sums of products in tiles of 4 x 4: an invocation keeps 16 sums in registers and reads 8 numbers for every 16 products.
 * Where there are fewer tiles than a GPU has lanes, the invocations of a group share the terms of one tile.
 */

/** Rows and columns of a tile. */
export const TILE = 4;
/** Invocations of a group that share a tile. */
export const SHARERS = 64;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Repeats a line of WGSL for every row or column of a tile: `$` is its number. */
export function forEach(line: string): string {
  return range(TILE)
    .map((i) => line.replaceAll("$", String(i)))
    .join("\n");
}

/** Zero sums: a vector of columns for every row. */
export const NO_SUMS = forEach("var sums$ = vec4<f32>(0.0);");

/** Adds the products of `a0` to `a3`, one for each row, and of the vector `b`, one for each column, to partial sums. */
export const ADD_PRODUCTS = forEach("part$ += a$ * b;");

/** Partial sums: adding up the sums of a part first rounds less. */
export const NO_PARTS = forEach("var part$ = vec4<f32>(0.0);");

/** Adds the partial sums. */
export const ADD_PARTS = forEach("sums$ += part$;");

/** What the groups that share tiles keep in common. */
export const SHARED_SUMS = `var<workgroup> parts: array<vec4<f32>, ${SHARERS * TILE}>;`;

/**
 * Adds up the sums of a group's invocations; afterwards `total` is that of element `[row, column]` in the first 16 of
 * them, to which the code after it belongs.
 */
export const SHARE_SUMS = `
${forEach(`parts[local * ${TILE} + $] = sums$;`)}
workgroupBarrier();
if (local >= ${TILE * TILE}) { return; }
let row = local / ${TILE};
let column = local % ${TILE};
var total = 0.0;
for (var i = 0; i < ${SHARERS}; i++) { total += parts[i * ${TILE} + row][column]; }`;
