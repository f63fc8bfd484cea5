import type { Cell, CellId } from "../cell.ts";
import { t2 } from "./t2.ts";
import { t3 } from "./t3.ts";
import { t6 } from "./t6.ts";
import { t7 } from "./t7.ts";
import { t8 } from "./t8.ts";
import { t9 } from "./t9.ts";

/** Every cell, in the order of the lesson. */
export const cells: readonly Cell[] = [t2, t3, t6, t7, t8, t9];

/** The cells' names, in the order of the lesson. */
export const cellIds: readonly CellId[] = cells.map(({ id }) => id);
