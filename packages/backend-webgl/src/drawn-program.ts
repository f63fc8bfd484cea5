/**
 * How a program finds the texels of an input. `flat`: one after the other, in lines of a power of two. `packed`: as tfjs
 * packs a tensor, each 2 x 2 numbers of the last two axes. `alike`: packed as the result is, and read at its texel only.
 */
type Order = "flat" | "packed" | "alike";

/** A fragment shader that draws in one or several textures at once. tfjs's own programs draw in one. */
export interface DrawnProgram {
  /** Tells it from every other program. */
  readonly name: string;
  /** Inputs; each is a function `vec4 name(int texel)` in the code. */
  readonly inputs: readonly (readonly [name: string, order: Order])[];
  /** Whole numbers that the code reads, as uniforms: another shape costs no other shader. */
  readonly numbers: readonly string[];
  /** Numbers of float32 besides. */
  readonly floats?: readonly string[];
  /** Textures that are drawn: `result0`, `result1`, … */
  readonly results: number;
  /** Functions, which may call `int over(int, int)`, and `void run(int texel)` that sets the results; beyond the last texel it is called too. */
  readonly code: string;
}

/** A name that tells apart the sampler of an input. */
export function samplerOf(input: string): string {
  return `${input}Texture`;
}

/** The uniform that says in lines of how many texels, as a power of two, a flat input lies. */
export function shiftOf(input: string): string {
  return `${input}Shift`;
}

/** Texels in a line of what is drawn. */
export const RESULT_WIDTH = "resultWidth";

/**
 * GLSL: the whole part of a quotient, of no negative number. GPUs have no division of integers, and what stands for it takes
 * longer than two of floats: the first is off by what float32 rounds, the second by one at most.
 */
const OVER = `
  int over(int n, int d) {
    int q = int(float(n) / float(d));
    q += int(floor(float(n - q * d) / float(d)));
    int rest = n - q * d;
    return rest < 0 ? q - 1 : rest >= d ? q + 1 : q;
  }`;

/** The whole fragment shader of a program. */
export function fragmentShader({ inputs, numbers, floats = [], results, code }: DrawnProgram): string {
  const range = Array.from({ length: results }, (_, i) => i);
  const lines = [
    "#version 300 es",
    "precision highp float;",
    "precision highp int;",
    "precision highp sampler2D;",
    ...range.map((i) => `layout(location = ${i}) out vec4 result${i};`),
    ...[RESULT_WIDTH, ...numbers].map((name) => `uniform int ${name};`),
    ...floats.map((name) => `uniform float ${name};`),
    OVER,
    ...inputs.map(([name, order]) => (order === "flat" ? flatInput(name) : packedInput(name, order === "alike"))),
    code,
    `void main() { run(int(gl_FragCoord.y) * ${RESULT_WIDTH} + int(gl_FragCoord.x)); }`,
  ];
  return lines.join("\n");
}

function flatInput(name: string): string {
  const shift = shiftOf(name);
  return `
    uniform sampler2D ${samplerOf(name)};
    uniform int ${shift};
    vec4 ${name}(int texel) {
      return texelFetch(${samplerOf(name)}, ivec2(texel & ((1 << ${shift}) - 1), texel >> ${shift}), 0);
    }`;
}

function packedInput(name: string, isAlike: boolean): string {
  // Mostly textures of one shape have one size, and the division is saved.
  const here = `if (width == ${RESULT_WIDTH}) return texelFetch(${samplerOf(name)}, ivec2(gl_FragCoord.xy), 0);`;
  return `
    uniform sampler2D ${samplerOf(name)};
    vec4 ${name}(int texel) {
      int width = textureSize(${samplerOf(name)}, 0).x;
      ${isAlike ? here : ""}
      int line = over(texel, width);
      return texelFetch(${samplerOf(name)}, ivec2(texel - line * width, line), 0);
    }`;
}
