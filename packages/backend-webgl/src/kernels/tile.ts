/** Textures that a program of sums draws at once; every WebGL 2 has as many. Each holds four sums of a fragment. */
export const RESULTS = 4;

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** GLSL: a line for every result. */
export function eachResult(line: (i: number) => string): string {
  return range(RESULTS).map(line).join("\n");
}
