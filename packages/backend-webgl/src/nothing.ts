/** GLSL: which of four numbers are NaN, by their bits; comparisons with NaN mean nothing on some GPUs. */
export const IS_NOTHING = `
  bvec4 isNothing(vec4 x) {
    return greaterThan(floatBitsToUint(x) & uvec4(0x7fffffffu), uvec4(0x7f800000u));
  }
`;
