/** What the notebook's small cells printed. */
export const recordedShapes = {
  K5: ["(6, 6)", "(8, 8)"],
  K6: ["(8, 8)"],
  K7: ["(8, 8)", "(4, 4)", "(2, 2)"],
} as const;
