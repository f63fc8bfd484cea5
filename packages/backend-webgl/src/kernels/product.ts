import type { Activation } from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { activationCode } from "../activation-code.ts";
import { type DrawnProgram, samplerOf } from "../drawn-program.ts";
import type { WebglBackend } from "../webgl-backend.ts";

/** Which factors of a product of matrices lie transposed: `a bᵀ`, `a b` or `aᵀ b`. */
type Transposed = "second" | "none" | "first";

/** `activation(product + bias)`. */
export interface Product {
  readonly transposed: Transposed;
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  /** One number for each column of the result. */
  readonly bias?: TensorInfo | undefined;
  readonly activation?: Activation;
}

/** Pairs of products that one sum takes before sums are added up: long sums round more, and leave a GPU less to do at once. */
const PAIRS_OF_A_PART = 256;

/** Below so many pairs of products drawing sums first, to bring them into order afterwards, costs more than it saves. */
const FEWEST_PAIRS_OF_A_TILE = 16;

/** Products of a texel of 2 x 2 numbers of each factor, as they are packed. */
const PRODUCTS: Readonly<Record<Transposed, (a: string, b: string) => string>> = {
  second: (a, b) => `${a}.xxzz * ${b}.xzxz + ${a}.yyww * ${b}.ywyw`,
  none: (a, b) => `${a}.xxzz * ${b}.xyxy + ${a}.yyww * ${b}.zwzw`,
  first: (a, b) => `${a}.xxyy * ${b}.xyxy + ${a}.zzww * ${b}.zwzw`,
};

/** GLSL: where a texel lies, and a step from there, without a division for each. */
const STEPS = `
  ivec2 placeOf(int texel, int width) {
    int line = over(texel, width);
    return ivec2(texel - line * width, line);
  }
  ivec2 stepped(ivec2 place, ivec2 way, int width) {
    place += way;
    return place.x < width ? place : ivec2(place.x - width, place.y + 1);
  }`;

/** GLSL: sums over pairs `from` to `to` of blocks of the result, `down` from `row` and `along` from `column`. */
function sumsCode(transposed: Transposed, down: number, along: number): string {
  const [as, bs] = [Array.from({ length: down }, (_, i) => i), Array.from({ length: along }, (_, i) => i)];
  const pointers = [...as.map((i) => ["a", i] as const), ...bs.map((j) => ["b", j] as const)];
  const isAcross = { a: transposed === "first", b: transposed !== "second" };
  const extent = { a: "rows", b: "columns" };
  const first = { a: "row", b: "column" };
  const each = (line: (name: "a" | "b", i: number) => string): string =>
    pointers.map(([name, i]) => line(name, i)).join("\n");
  const blocks = as.flatMap((i) => bs.map((j) => [i, j] as const));
  const adding = blocks.map(([i, j]) => `sum${i * along + j} += ${PRODUCTS[transposed](`a${i}`, `b${j}`)};`).join("\n");
  return `
    int aWidth = textureSize(${samplerOf("a")}, 0).x;
    int bWidth = textureSize(${samplerOf("b")}, 0).x;
    ivec2 aWay = placeOf(${isAcross.a ? "rows" : "1"}, aWidth);
    ivec2 bWay = placeOf(${isAcross.b ? "columns" : "1"}, bWidth);
    ${each((name, i) => {
      const at = `min(${first[name]} + ${i}, ${extent[name]} - 1)`;
      return `ivec2 ${name}At${i} = placeOf(${isAcross[name] ? `from * ${extent[name]} + ${at}` : `${at} * pairs + from`}, ${name}Width);`;
    })}
    ${blocks.map(([i, j]) => `vec4 sum${i * along + j} = vec4(0.0);`).join("\n")}
    for (int pair = from; pair < min(to, wholePairs); pair++) {
      ${each((name, i) => `vec4 ${name}${i} = texelFetch(${samplerOf(name)}, ${name}At${i}, 0);`)}
      ${adding}
      ${each((name, i) => `${name}At${i} = stepped(${name}At${i}, ${name}Way, ${name}Width);`)}
    }
    if (to > wholePairs) {
      // Of a last pair only the first is there, and what stands beside it may be anything.
      ${each((name, i) => `vec4 ${name}${i} = mix(vec4(0.0), texelFetch(${samplerOf(name)}, ${name}At${i}, 0), ${isAcross[name] ? "bvec4(true, true, false, false)" : "bvec4(true, false, true, false)"});`)}
      ${adding}
    }`;
}

const FACTORS = [
  ["a", "packed"],
  ["b", "packed"],
] as const;

/**
 * Sums of parts, tiles of 2 x 2 texels in four textures. Neighbours lie along the shorter side of the result, so that
 * they share what they read of the larger factor.
 */
function tilesProgram(transposed: Transposed): DrawnProgram {
  return {
    name: `product tiles ${transposed}`,
    inputs: FACTORS,
    numbers: [
      "rows",
      "columns",
      "pairs",
      "wholePairs",
      "pairsOfAPart",
      "tilesDown",
      "tilesAlong",
      "shorter",
      "isDownFirst",
    ],
    results: 4,
    code: `
      ${STEPS}
      void run(int texel) {
        int part = over(texel, tilesDown * tilesAlong);
        int tile = texel - part * tilesDown * tilesAlong;
        int line = over(tile, shorter);
        int place = tile - line * shorter;
        int row = 2 * (isDownFirst == 1 ? place : line);
        int column = 2 * (isDownFirst == 1 ? line : place);
        int from = part * pairsOfAPart;
        int to = min(from + pairsOfAPart, pairs);
        ${sumsCode(transposed, 2, 2)}
        result0 = sum0;
        result1 = sum1;
        result2 = sum2;
        result3 = sum3;
      }`,
  };
}

/** GLSL: the last of a product's programs, of a texel's sum. */
function lastCode(hasBias: boolean): string {
  return `
    vec4 last(vec4 sum, int row, int column) {
      ${hasBias ? "sum += bias(column).xyxy;" : ""}
      // Beyond the last row and the last column there must be zeros: products read them.
      bool isRow = 2 * row + 1 < height;
      bool isColumn = 2 * column + 1 < width;
      return mix(vec4(0.0), activate(sum), bvec4(true, isColumn, isRow, isRow && isColumn));
    }`;
}

/** Adds up the parts of tiles. */
function resultProgram(hasBias: boolean, activation: Activation): DrawnProgram {
  const whole = (which: number): string => `
    for (int part = 0; part < parts; part++) {
      sum += sums${which}(at);
      at += tiles;
    }`;
  return {
    name: `product result ${activation}${hasBias ? " bias" : ""}`,
    inputs: [
      ...[0, 1, 2, 3].map((i) => [`sums${i}`, "flat"] as const),
      ...(hasBias ? [["bias", "packed"] as const] : []),
    ],
    numbers: ["columns", "width", "height", "shorter", "isDownFirst", "tiles", "parts"],
    results: 1,
    code: `
      ${activationCode(activation)}
      ${lastCode(hasBias)}
      void run(int texel) {
        int row = over(texel, columns);
        int column = texel - row * columns;
        int at = isDownFirst == 1 ? (column >> 1) * shorter + (row >> 1) : (row >> 1) * shorter + (column >> 1);
        int which = ((row & 1) << 1) + (column & 1);
        vec4 sum = vec4(0.0);
        if (which == 0) {${whole(0)}} else if (which == 1) {${whole(1)}} else if (which == 2) {${whole(2)}} else {${whole(3)}}
        result0 = last(sum, row, column);
      }`,
  };
}

/** All in one program. */
function wholeProgram(transposed: Transposed, hasBias: boolean, activation: Activation): DrawnProgram {
  return {
    name: `product ${transposed} ${activation}${hasBias ? " bias" : ""}`,
    inputs: [...FACTORS, ...(hasBias ? [["bias", "packed"] as const] : [])],
    numbers: ["rows", "columns", "pairs", "wholePairs", "width", "height"],
    results: 1,
    code: `
      ${STEPS}
      ${activationCode(activation)}
      ${lastCode(hasBias)}
      void run(int texel) {
        int row = over(texel, columns);
        int column = texel - row * columns;
        int from = 0;
        int to = pairs;
        ${sumsCode(transposed, 1, 1)}
        result0 = last(sum0, row, column);
      }`,
  };
}

/** A product of two matrices of float32. */
export function product(backend: WebglBackend, call: Product): TensorInfo {
  const { transposed, a, b, bias, activation = "linear" } = call;
  const height = a.shape[transposed === "first" ? 1 : 0]!;
  const width = b.shape[transposed === "second" ? 0 : 1]!;
  const terms = a.shape[transposed === "first" ? 0 : 1]!;
  const [pairs, wholePairs] = [Math.ceil(terms / 2), Math.floor(terms / 2)];
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const shape = [height, width];
  const ofColumns = bias === undefined ? [] : [{ ...bias, shape: [1, width] }];
  const numbers = { rows, columns, pairs, wholePairs, width, height };
  if (pairs < FEWEST_PAIRS_OF_A_TILE) {
    const program = wholeProgram(transposed, bias !== undefined, activation);
    return backend.draw(program, [a, b, ...ofColumns], numbers, { shape })[0]!;
  }
  const [tilesDown, tilesAlong] = [Math.ceil(rows / 2), Math.ceil(columns / 2)];
  const tiles = tilesDown * tilesAlong;
  const parts = Math.ceil(pairs / PAIRS_OF_A_PART);
  const order = { shorter: Math.min(tilesDown, tilesAlong), isDownFirst: tilesDown <= tilesAlong ? 1 : 0 };
  const ofTiles = { ...numbers, ...order, pairsOfAPart: PAIRS_OF_A_PART, tilesDown, tilesAlong };
  const sums = backend.draw(tilesProgram(transposed), [a, b], ofTiles, { texels: parts * tiles });
  const program = resultProgram(bias !== undefined, activation);
  const [result] = backend.draw(program, [...sums, ...ofColumns], { ...ofTiles, tiles, parts }, { shape });
  for (const { dataId } of sums) backend.disposeData(dataId);
  return result!;
}
