declare module "virtual:lesson-text" {
  /** Every cell in the order of the lesson. */
  export const cellTexts: readonly import("./cell-text.ts").CellText[];
}
