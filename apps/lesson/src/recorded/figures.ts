/** The worked example of two input channels, as the notebook's text writes it out. */
export const workedExample = {
  text: "(1×1 + 2×2 + 4×3 + 5×4) + (0×0 + 1×1 + 3×2 + 4×3) = 56",
  partialSums: [37, 19],
  sum: 56,
} as const;

/** Sizes that the notebook's text states without a cell. */
export const statedSizes = {
  /** 6 × 8 with a 1 × 2 kernel. */
  small: [6, 7],
  /** 240 × 240 after ten layers with 5 × 5 kernels. */
  shrunk: [200, 200],
  /** "30 %" of the picture gone. */
  lostPercent: 30,
  /** 3 × 3 with a ring of one zero and a 2 × 2 kernel. */
  padded: [4, 4],
} as const;

/** The network's shapes for a batch of b, from the comments of the last code cell. */
export const statedShapes = [[6, 28, 28], [16, 24, 24], [120, 20, 20], [48000], [84], [10]] as const;
